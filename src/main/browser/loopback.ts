/** Finds a place on 127.0.0.1 for a server; no other machine can reach it there. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import { UploadError } from '../../shared/protocol/errors.ts'

/** Where a page expects PhotoFerry, so that its bookmark and its stored token go on working. */
const usualPort = 4711

/**
 * Listens on `port`, or without one on 4711, or, when another program has that, on any free port.
 * @param port 0 for any free port
 * @throws UploadError `bad-request` when that very port was asked for and cannot be had
 */
export async function listenOnLoopback(server: Server, port: number | undefined): Promise<void> {
  const fault = await tryListen(server, port ?? usualPort)
  if (fault === null) return
  if (port === undefined && (await tryListen(server, 0)) === null) return
  const reason =
    fault.code === 'EADDRINUSE' ? 'another program has it' : `the system refused it (${fault.code})`
  throw new UploadError(
    'bad-request',
    `Port ${port ?? usualPort} cannot be used, ${reason}: choose another one.`,
    {
      cause: fault,
    },
  )
}

async function tryListen(server: Server, port: number): Promise<NodeJS.ErrnoException | null> {
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return null
  } catch (thrown) {
    return thrown as NodeJS.ErrnoException
  }
}
