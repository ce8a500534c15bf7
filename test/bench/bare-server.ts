/** The limit that every figure is held against: a bare HTTP PUT into a file, with no digest, no fsync, no ledger. */
import { createWriteStream, mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

const [folder = ''] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const server = createServer((request, response) => {
  const file = createWriteStream(join(folder, encodeURIComponent(request.url ?? '')))
  request.pipe(file).on('close', () => response.end())
})
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify(server.address())))
