/** The numbers of a version such as `1.11.3`, `v1.9.4-eksbuild.2`; null when the text does not begin with one. */
export function versionNumbers(version: string | undefined): readonly number[] | null {
  const [, major, minor, patch] = /^v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(?![\d])/.exec(version ?? '') ?? []
  return major === undefined ? null : [Number(major), Number(minor), Number(patch ?? 0)]
}

/** Whether `version` is older than `other`; null when it is not known. */
export function isBefore(version: string | undefined, other: string): boolean | null {
  const numbers = versionNumbers(version)
  const others = versionNumbers(other)
  if (!numbers || !others) return null
  for (const [at, number] of numbers.entries()) {
    const against = others[at] ?? 0
    if (number !== against) return number < against
  }
  return false
}
