/** Sends files with bare HTTP PUTs: `bare-client.ts PORT LIST AT-ONCE`; LIST holds a path a line. */
import { once } from 'node:events'
import { createReadStream, statSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { sendList } from './send-list.ts'

const [port, list = '', atOnce] = process.argv.slice(2)
const agent = new Agent({ keepAlive: true })

async function put(path: string): Promise<void> {
  const sending = request({
    agent,
    port,
    host: '127.0.0.1',
    method: 'PUT',
    path: `/${encodeURIComponent(path)}`,
    headers: { 'content-length': statSync(path).size },
  })
  const answered = once(sending, 'response')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), sending)
  const [response] = await answered
  response.resume()
  await once(response, 'end')
}

await sendList(list, Number(atOnce), put)
agent.destroy()
