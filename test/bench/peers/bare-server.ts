/**
 * The limit that every figure is held against: a bare HTTP PUT into a file, with no digest and no ledger. With `--sync` each
 * file is synced before it is answered.
 */
import { createWriteStream, mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const [folder = '', sync] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const server = createServer(async (request, response) => {
  const path = join(folder, encodeURIComponent(request.url ?? ''))
  await pipeline(request, createWriteStream(path))
  if (sync === '--sync') {
    const handle = await open(path)
    await handle.sync()
    await handle.close()
  }
  response.end()
})
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify(server.address())))
