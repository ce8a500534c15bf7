/** Host names and addresses, as settings give them and as URLs and Host headers write them. */

/** What a Host header says, without its port, when it means this machine only. */
export const loopbackHost = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/

/** Whether an address or a name, without a port, means this machine only. */
export function isLoopback(host: string): boolean {
  return loopbackHost.test(host) || host === '::1'
}

/** An address as a URL or a Host header writes it: IPv6 in brackets. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
