/** The page's access token in browser mode: read from the address's fragment; an accepted token is kept for reloads. */
const storageKey = 'photoferry.token'
const fragment = /^#token=(.+)$/

/**
 * The token from the address bar, or else the kept one; null where there is neither. Removes it from the address, where
 * onlookers and the browser history could read it.
 */
export function takeToken(): string | null {
  const found = fragment.exec(location.hash)?.[1]
  if (found === undefined) return keptToken()
  history.replaceState(null, '', location.pathname + location.search)
  return decoded(found)
}

/** Keeps a token for other tabs and later visits. Only call it with a token that PhotoFerry has accepted. */
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
