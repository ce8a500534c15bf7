/** The page's key to PhotoFerry in browser mode: comes in the address's fragment; one that was accepted is kept for reloads. */
const storageKey = 'photoferry.token'
const fragment = /^#token=(.+)$/

/** Takes the token out of the address bar, where shoulders and histories could read it; without one there the kept one. */
export function takeToken(): string | null {
  const found = fragment.exec(location.hash)?.[1]
  if (found === undefined) return keptToken()
  history.replaceState(null, '', location.pathname + location.search)
  return decoded(found)
}

/** For all tabs and the next visit; only for a token that PhotoFerry has accepted. */
export function keepToken(token: string): void {
  localStorage.setItem(storageKey, token)
}

export function keptToken(): string | null {
  return localStorage.getItem(storageKey)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
