/** A page whose files come slowly to PhotoFerry, so that what it shows while it copies is seen on any machine. */
import type { Page } from 'playwright-core'

/** @param bytesPerSecond from the page to PhotoFerry, until the page is closed */
export async function slowUploads(page: Page, bytesPerSecond: number): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const unlimited = { offline: false, latency: 0, downloadThroughput: -1 }
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', { ...unlimited, uploadThroughput: bytesPerSecond })
}
