/** The package comes without types. */
declare module 'proxy-from-env' {
  /** The proxy of an address as the environment names it; empty for none. */
  export function getProxyForUrl(url: string): string
}
