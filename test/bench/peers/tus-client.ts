/** Sends files with tus-js-client, each in one request: `tus-client.ts PORT LIST AT-ONCE`; LIST holds a path a line. */
import { createReadStream, statSync } from 'node:fs'
import { Upload } from 'tus-js-client'
import { sendList } from './send-list.ts'

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

await sendList(list, Number(atOnce), send)
