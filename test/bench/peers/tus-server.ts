/** The reference server of tus, as its page shows it: `tus-server.ts FOLDER`. */
import { createServer } from 'node:http'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

const [directory = ''] = process.argv.slice(2)
const datastore = new FileStore({ directory })
const tus = new Server({ path: '/files', datastore, relativeLocation: true })
const server = createServer(tus.handle.bind(tus))
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify(server.address())))
