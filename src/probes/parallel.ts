/**
 * Runs `run(0)` to `run(count - 1)`, `atOnce` of them at a time. After the first failure nothing more is begun; it is thrown once
 * those under way have ended, because they may have made something that has to be cleaned up. `failed` hears of it at once.
 */
export async function inParallel(
  count: number,
  atOnce: number,
  run: (i: number) => Promise<unknown>,
  failed: () => void,
): Promise<void> {
  let next = 0
  const worker = async () => {
    try {
      while (next < count) await run(next++)
    } catch (error) {
      next = count
      failed()
      throw error
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: Math.min(atOnce, count) }, worker))
  const lost = ends.find(end => end.status === 'rejected')
  if (lost) throw lost.reason
}
