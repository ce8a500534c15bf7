/** Records a real client that is killed once in between, while it sends to a real server. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseConfig } from '../../../server/config/config.ts'
import type { Log } from '../../../server/monitoring/log.ts'
import { type RunningServer, serve } from '../../../server/serve.ts'
import { noise, writePhoto } from '../../main/images/photos.ts'
import type { Recorder } from '../record/recorder.ts'
import type { Operation } from '../replay/read-log.ts'
import { assertComplete } from '../replay/same-folder.ts'
import { marksIn, type PlacedMark } from './facts.ts'

export interface RecordedClient {
  readonly operations: readonly Operation[]
  readonly marks: readonly PlacedMark[]
}

const silence = () => undefined
const silentLog: Log = { debug: silence, info: silence, warn: silence, error: silence }

/** A server for a client that is to finish, with a library of its own. */
export async function serverIn(dataDir: string): Promise<RunningServer> {
  const config = parseConfig(['--port', '0', '--data', dataDir], { CHUNK_SIZE: '256K' })
  if (config === undefined) throw new Error('no configuration')
  return serve(config, silentLog)
}

export async function recordClient(recorder: Recorder): Promise<RecordedClient> {
  if (!recorder.isKept) {
    await record(recorder)
    assertComplete(recorder.operations(), recorder.root)
  }
  const operations = recorder.operations()
  return { operations, marks: marksIn(operations) }
}

async function record(recorder: Recorder): Promise<void> {
  const sources = join(recorder.scratch, 'sources')
  await writeSources(sources)
  const server = await serverIn(join(recorder.scratch, 'server'))
  for (const phase of ['1', '2']) {
    const args = [phase, recorder.root, sources, server.url, server.token ?? '', recorder.marks]
    const program = recorder.start(['test/power-cuts/client/recorded-client.ts', ...args])
    const code = await program.exited
    if (code !== (phase === '1' ? null : 0)) throw new Error(`The client failed: ${program.stderr()}`)
  }
  await server.close()
}

async function writeSources(folder: string): Promise<void> {
  const write = (name: string, size: number) => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    const bytes = Buffer.alloc(size)
    for (let at = 0; at < size; at += 32) bytes.write(`${name} ${at} `.padEnd(32, '.'), at)
    writeFileSync(path, bytes)
  }
  for (let index = 0; index < 8; index += 1)
    write(`first/day ${index % 2}/${index}.jpg`, 2_000 + 9_000 * index)
  for (let index = 0; index < 10; index += 1) write(`steered/${index}.jpg`, 80_000 + 1_000 * index)
  // Half of them are too large for a bundle, and go in chunks.
  for (let index = 0; index < 6; index += 1)
    write(`last/${index}.jpg`, (index % 2 === 0 ? 300_000 : 1_200_000) + 1_000 * index)
  for (let index = 0; index < 5; index += 1) write(`second/${index}.jpg`, 5_000 + 1_000 * index)
  for (let index = 0; index < 5; index += 1) write(`third/deep/${index}.txt`, 7_000 + 1_000 * index)
  mkdirSync(join(folder, 'photos'))
  for (const seed of [1, 2]) {
    const size = { width: 360, height: 240 }
    await writePhoto(join(folder, 'photos'), `${seed}.jpg`, { ...size, raw: noise(360, 240, seed) })
  }
}
