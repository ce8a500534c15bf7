/** The page's key to PhotoFerry in browser mode: comes in the address's fragment, is kept for reloads. */
const storageKey = 'photoferry.token'
const fragment = /^#token=(.+)$/

/** Takes the token out of the address bar, where shoulders and histories could read it, and keeps it. */
export function takeToken(): string | null {
  const found = fragment.exec(location.hash)?.[1]
  if (found === undefined) return localStorage.getItem(storageKey)
  const token = decodeURIComponent(found)
  localStorage.setItem(storageKey, token)
  history.replaceState(null, '', location.pathname + location.search)
  return token
}
