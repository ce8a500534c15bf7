/**
 * Sends a file as the body of an answer. What has left is given back to the system at once: waiting for the collector,
 * two hundred clients that read slowly left holes of up to a hundred MB in the process's memory.
 */
import { type Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Context } from 'koa'

/**
 * Answers with a stream's bytes, with the status and headers that were set. Returns at once; when either end fails, both
 * are closed, and the app hears of it.
 * @param bytes pieces that nobody else uses
 */
export function sendFile(ctx: Context, bytes: Readable): void {
  // Koa would hold each piece until it is collected.
  ctx.respond = false
  const { res } = ctx
  const answer = new Writable({
    write: (piece: Buffer, _encoding, done) => {
      res.write(piece, (error) => {
        free(piece)
        done(error)
      })
    },
    final: (done) => {
      res.end(() => done())
    },
    destroy: (error, done) => {
      if (error !== null) res.destroy()
      done(error)
    },
  })
  // A response that waits behind another one on its connection does not call back when that closes.
  const onClose = () => answer.destroy(res.writableFinished ? undefined : new Error('The client went away.'))
  res.once('close', onClose)
  pipeline(bytes, answer).catch((error) => ctx.app.emit('error', error, ctx))
}

/** A piece that is a part of a buffer may share it with the next one. */
function free({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) buffer.transfer(0)
}
