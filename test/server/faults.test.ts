import { describe, expect, it } from 'vitest'
import { openDiskStore } from '../../server/storage/disk/disk-store.ts'
import { type FileOperations, nodeFiles } from '../../server/storage/disk/file-operations.ts'
import { cleanUp } from '../../server/uploads/clean-up.ts'
import { bytesOf, type Client, md5, sha256, start } from './harness.ts'
import { onDisk, partialNames, storedBytes, storedFiles } from './test-storage.ts'

/** The disk's operations, of which the next n-th after `arm(n)` fails with a code. */
function failing(code: string): {
  files: FileOperations
  arm: (operation: number) => void
  fired: () => boolean
} {
  let left = 0
  const step = () => {
    if (left > 0) left -= 1
    else return
    if (left === 0) throw Object.assign(new Error(`${code}: made to fail`), { code })
  }
  const wrap = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(_, name) {
        const member: unknown = Reflect.get(target, name)
        if (typeof member !== 'function') return member
        return async (...args: unknown[]) => {
          // Closing frees the descriptor even when it reports an error.
          if (name !== 'close') step()
          const result: unknown = await Reflect.apply(member, target, args)
          return typeof result === 'object' && result !== null && 'fd' in result ? wrap(result) : result
        }
      },
    })
  return {
    files: wrap({ ...nodeFiles }),
    arm: (operation) => {
      left = operation
    },
    fired: () => left === 0,
  }
}

/** One attempt at the whole way; answers the error codes that the server gave. */
async function attempt(client: Client, path: string, bytes: Buffer): Promise<string[]> {
  const fileName = path.slice(path.lastIndexOf('/') + 1)
  const codes: string[] = []
  const offered = await client.post('/api/task', {
    fileName,
    relativePath: path,
    fileSize: bytes.length,
    hash: md5(bytes),
    sha256: sha256(bytes),
  })
  if (offered.status !== 200) return [String(offered.body.error?.code)]
  const taskId = String(offered.body.taskId)
  for (const index of [0, 1]) {
    const chunk = bytes.subarray(index * 65_536, (index + 1) * 65_536)
    const answer = await client.put(taskId, index, chunk)
    if (answer.status !== 200) codes.push(String(answer.body.error?.code))
  }
  const completed = await client.complete(taskId, md5(bytes))
  if (completed.status !== 200) codes.push(String(completed.body.error?.code))
  return codes
}

describe.runIf(onDisk)('a file operation that fails', () => {
  it.each([
    ['ENOSPC', ['storage-full', 'chunks-missing']],
    ['EIO', ['storage-failed', 'chunks-missing']],
    ['EACCES', ['storage-failed', 'chunks-missing']],
    ['EMFILE', ['storage-failed', 'chunks-missing']],
  ])(
    'with %s is answered with its code at every k, and the upload ends well once',
    async (code, expected) => {
      const disk = failing(code)
      const { client, server, dataDir } = await start({
        parts: {
          openStore: ({ DATA_DIR }) =>
            openDiskStore({ dataDir: DATA_DIR, freeSpaceReserve: 0, files: disk.files }),
        },
      })
      let operation = 0
      const paths: string[] = []
      do {
        operation += 1
        const path = `k${operation}/photo.jpg`
        const bytes = bytesOf(100_000)
        disk.arm(operation)
        for (const given of await attempt(client, path, bytes)) expect(expected).toContain(given)
        const fired = disk.fired()
        disk.arm(0)
        expect((await client.upload(path, bytes)).status).toBe(200)
        expect(await storedBytes(dataDir, path)).toEqual(bytes)
        paths.push(path)
        if (!fired) break
      } while (operation < 100)
      expect(operation).toBeGreaterThan(10)
      expect(operation).toBeLessThan(100)
      expect(await storedFiles(dataDir)).toEqual(paths.sort())
      await cleanUp(server.uploads)
      expect(await partialNames(dataDir)).toEqual([])
    },
  )
})
