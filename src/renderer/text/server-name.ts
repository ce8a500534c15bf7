/** What a server is called in the window: the name from the settings, or else the host of its address. */

/** @returns empty where neither is known */
export function serverName({ name, url }: { readonly name: string; readonly url: string | null }): string {
  if (name !== '' || url === null) return name
  return URL.canParse(url) ? new URL(url).host : url
}
