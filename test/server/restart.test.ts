/** The server as a process: how it starts, is killed, starts again, and ends. */
import { stat, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bytesOf, chunkOf, contentDigest, md5, spawnNode, spawnServer, temporaryFolder } from './harness.ts'
import { databaseServer } from './test-database.ts'
import { onDisk, partialNames, storedBytes } from './test-storage.ts'

const serverArgs = (...args: string[]) => ['server/index.ts', '--port', '0', ...args]

describe('a server that was killed', () => {
  it('goes on with the chunks that it held', async () => {
    const dataDir = temporaryFolder()
    const bytes = bytesOf(300_000)
    const first = await spawnServer(dataDir)
    const task = await first.client.offer('a.jpg', bytes)
    for (const index of [0, 3]) await first.client.put(task.taskId, index, chunkOf(task, bytes, index))
    first.process.kill('SIGKILL')
    await first.exited
    const second = await spawnServer(dataDir)
    expect(second.client.token).toBe(first.client.token)
    const again = await second.client.offer('a.jpg', bytes)
    expect(again).toMatchObject({ taskId: task.taskId, uploadedChunks: [0, 3] })
    expect(await second.client.send(again, bytes)).toBe(3)
    expect((await second.client.finish(again.taskId, md5(bytes))).status).toBe(200)
    expect(md5(await storedBytes(dataDir, 'a.jpg'))).toBe(md5(bytes))
  })
})

describe('a server that is told to stop', () => {
  it('keeps its token to itself and exits with 0', async () => {
    const dataDir = temporaryFolder()
    const child = await spawnServer(dataDir)
    expect((await stat(join(dataDir, '.photoferry', 'token'))).mode & 0o777).toBe(0o600)
    expect(child.client.token).toMatch(/^[\w-]{43}$/)
    expect(child.stderr()).not.toContain(child.client.token)
    child.process.kill('SIGTERM')
    expect(await child.exited).toBe(0)
  })

  // On its way into a bucket so little is in memory only: there is nothing to see.
  it.runIf(onDisk)('finishes the chunk that is in flight', async () => {
    const dataDir = temporaryFolder()
    const child = await spawnServer(dataDir)
    const bytes = bytesOf(60_000)
    const task = await child.client.offer('a.jpg', bytes)
    const sending = request(`${child.client.url}/api/task/${task.taskId}/chunk/0`, {
      method: 'PUT',
      headers: {
        Authorization: `Bearer ${child.client.token}`,
        'Content-Length': bytes.length,
        'Content-Digest': contentDigest(bytes),
      },
    })
    const answered = new Promise<number | undefined>((resolve, reject) => {
      sending.once('response', (response) => resolve(response.statusCode)).once('error', reject)
    })
    sending.write(bytes.subarray(0, 30_000))
    await expect.poll(() => partialNames(dataDir)).toEqual([task.taskId])
    child.process.kill('SIGTERM')
    await expect.poll(() => child.stderr()).toContain('stopping')
    sending.end(bytes.subarray(30_000))
    expect(await answered).toBe(200)
    expect(await child.exited).toBe(0)
  })

  it('ends with the app that started it', async () => {
    const child = await spawnServer(temporaryFolder(), { ipc: true })
    child.process.disconnect()
    expect(await child.exited).toBe(0)
  })
})

describe('a server that cannot start', () => {
  // Where ledger and storage are shared, the folder holds nothing that two must not have.
  it.skipIf(databaseServer !== undefined && !onDisk)(
    'says so when another one has its data folder',
    async () => {
      const dataDir = temporaryFolder()
      const first = await spawnServer(dataDir)
      const second = spawnNode(serverArgs('--data', dataDir))
      expect(await second.exited).toBe(1)
      expect(second.stderr()).toContain('Another PhotoFerry server is using this data folder')
      first.process.kill('SIGKILL')
      await first.exited
      expect((await spawnServer(dataDir)).client.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    },
  )

  it('says so when its port is taken or its data folder is none', async () => {
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address() as { port: number }
    const file = join(temporaryFolder(), 'file')
    await writeFile(file, '')
    const [onPort, onFile] = [
      spawnNode(['server/index.ts', '--port', String(port), '--data', temporaryFolder()]),
      spawnNode(serverArgs('--data', join(file, 'data'))),
    ]
    expect([await onPort.exited, await onFile.exited]).toEqual([1, 1])
    taken.close()
    expect(onPort.stderr().trim()).toBe(
      `photoferry serve: Port ${port} is in use. Stop the other program, or choose another with --port.`,
    )
    expect(onFile.stderr()).toContain('is not a folder')
  })

  it.each([
    [['--port', 'x'], '--port: expected a port'],
    [['--port', '70000'], '--port'],
    [['--nonsense'], 'unknown option'],
    [['extra'], 'too many arguments'],
    [['--token', 'two words'], '--token'],
    [['--max-file-size', 'much'], '--max-file-size: expected a size'],
    [['--cors-origins', '*'], '--cors-origins: expected an origin'],
    [['--no-auth', '--host', '0.0.0.0'], 'Repeat --no-auth if you mean it'],
  ])('refuses %j with exit code 2 and one sentence', async (args, sentence) => {
    const child = spawnNode(['server/index.ts', ...args])
    expect(await child.exited).toBe(2)
    expect(child.stderr()).toContain(sentence)
    expect(child.stderr().trim().split('\n')).toHaveLength(1)
  })
})

describe('without a token', () => {
  it('everybody on this machine is let in, and nobody is told a token', async () => {
    const child = await spawnServer(temporaryFolder(), { args: ['--no-auth'] })
    expect(child.client.token).toBe('')
    expect((await fetch(`${child.client.url}/api/stats`)).status).toBe(200)
  })
})
