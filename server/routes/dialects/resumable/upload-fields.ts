/** The header fields of resumable uploads over HTTP: items of structured fields (RFC 9651), of which others are ignored. */
import type { Context } from 'koa'

/** Versions of the draft that are spoken; the header names the one that both sides mean. */
const versions = ['6', '8']

export interface UploadFields {
  /** Whether the request brings the rest of the file; undefined when it does not say so. */
  readonly isComplete: boolean | undefined
  /** Where the body belongs, bytes. */
  readonly offset: number | undefined
  /** Of the whole file, bytes. */
  readonly length: number | undefined
  /** Undefined for a client that does not know interim answers of this draft. */
  readonly version: string | undefined
}

export function uploadFields(ctx: Context): UploadFields {
  const version = ctx.get('Upload-Draft-Interop-Version').trim()
  return {
    isComplete: booleanOf(ctx.get('Upload-Complete')),
    offset: integerOf(ctx.get('Upload-Offset')),
    length: integerOf(ctx.get('Upload-Length')),
    version: versions.includes(version) ? version : undefined,
  }
}

/** An item may have parameters, which mean nothing here. */
function booleanOf(field: string): boolean | undefined {
  const value = /^\s*\?([01])\s*(;|$)/.exec(field)?.[1]
  return value === undefined ? undefined : value === '1'
}

function integerOf(field: string): number | undefined {
  const value = /^\s*(\d{1,15})\s*(;|$)/.exec(field)?.[1]
  return value === undefined ? undefined : Number(value)
}

/** @param ageMs how long an upload without activity stays, ms */
export function limitField(maxBytes: number, ageMs: number, version: string | undefined): string {
  // Version 6 called it so.
  const age = version === '6' ? 'expires' : 'max-age'
  return `max-size=${maxBytes}, ${age}=${Math.floor(ageMs / 1000)}`
}
