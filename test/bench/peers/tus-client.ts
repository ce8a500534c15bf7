/** Sends files with tus-js-client, each in one request: `tus-client.ts PORT LIST AT-ONCE`; LIST holds a path a line. */
import { createReadStream, readFileSync, statSync } from 'node:fs'
import PQueue from 'p-queue'
import { Upload } from 'tus-js-client'

const [port, list = '', atOnce] = process.argv.slice(2)

function send(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    new Upload(createReadStream(path, { highWaterMark: 1 << 20 }), {
      endpoint: `http://127.0.0.1:${port}/files`,
      uploadSize: statSync(path).size,
      metadata: { filename: path },
      onSuccess: () => resolve(),
      onError: reject,
    }).start()
  })
}

const queue = new PQueue({ concurrency: Number(atOnce) })
await queue.addAll(
  readFileSync(list, 'utf8')
    .trimEnd()
    .split('\n')
    .map((path) => () => send(path)),
)
