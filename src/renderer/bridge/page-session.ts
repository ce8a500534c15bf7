/** The page's session in browser mode: bought with the key in the address, kept for reloads of this tab, and tied to one process. */
import {
  browserBridge,
  type PageSession,
  pageSessionSchema,
  proofSchema,
} from '../../shared/browser-bridge.ts'

const storageKey = 'photoferry.session'
/** Where earlier versions kept their key. */
const earlierKey = 'photoferry.token'
const fragment = /^#token=(.+)$/
/** A program that accepts connections but answers nothing is as good as none. */
const answerMs = 10_000

/**
 * The key from the address bar; null where there is none. Removes it from the address, where onlookers and the browser
 * history could read it.
 */
export function readKey(): string | null {
  const found = fragment.exec(location.hash)?.[1]
  if (found === undefined) return null
  history.replaceState(null, '', location.pathname + location.search)
  return decoded(found)
}

/** The session that this tab had before a reload; null where there is none. */
export function keptSession(): PageSession | null {
  try {
    localStorage.removeItem(earlierKey)
    return pageSessionSchema.parse(JSON.parse(sessionStorage.getItem(storageKey) ?? 'null'))
  } catch {
    return null
  }
}

export function keepSession(session: PageSession): void {
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(session))
  } catch {
    // A browser that keeps nothing for pages: this tab needs the address again after a reload.
  }
}

/** @returns `refused` for a key that does not work; `unreachable` where no PhotoFerry answers */
export async function exchangeKey(key: string): Promise<PageSession | 'refused' | 'unreachable'> {
  // Anything else could not stand in a header.
  if (!/^[\w-]+$/.test(key)) return 'refused'
  const headers = { Authorization: `Bearer ${key}` }
  const response = await ask(browserBridge.sessionPath, { method: 'POST', headers })
  if (response?.status === 401) return 'refused'
  return pageSessionSchema.safeParse(await bodyOf(response)).data ?? 'unreachable'
}

/**
 * Asks whether the process that gave the session still answers here, without showing it the session.
 * @returns `another` for a PhotoFerry that was started since; `unreachable` where none answers
 */
export async function confirmHost({ proofKey }: PageSession): Promise<'same' | 'another' | 'unreachable'> {
  const nonce = base64url(crypto.getRandomValues(new Uint8Array(16)))
  const answer = proofSchema.safeParse(await bodyOf(await ask(browserBridge.proofUrl(nonce), {}))).data
  if (answer === undefined) return 'unreachable'
  return answer.proof === (await proofOf(nonce, proofKey)) ? 'same' : 'another'
}

async function proofOf(nonce: string, proofKey: string): Promise<string> {
  const bytes = (text: string) => new TextEncoder().encode(text)
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes(proofKey), hmac, false, ['sign'])
  return base64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(nonce))))
}

async function ask(path: string, request: RequestInit): Promise<Response | null> {
  const signal = AbortSignal.timeout(answerMs)
  return fetch(path, { ...request, signal, cache: 'no-store' }).catch(() => null)
}

/** @returns null where there is no body in JSON */
async function bodyOf(response: Response | null): Promise<unknown> {
  return response?.ok ? response.json().catch(() => null) : null
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
