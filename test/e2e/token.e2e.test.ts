/** The key in the address: a mistyped one locks nobody out, and none at all says what to do. */
import { expect, it } from 'vitest'
import { canRun, openScene } from './scene.ts'

it.skipIf(!canRun)('a mistyped key harms neither this page nor the next visit', async () => {
  const { app, window } = await openScene()
  const { page } = window
  window.expectRefusal()
  const connected = window.button('Settings').and(page.locator(':enabled'))
  const { origin } = new URL(app.url)
  await page.goto('about:blank')
  await page.goto(`${origin}/#token=mistyped`)
  // This tab's session is still good, so the page goes on with that one.
  await connected.waitFor()
  await page.reload()
  await connected.waitFor()
  expect(page.url()).toBe(`${origin}/`)

  await page.evaluate(() => sessionStorage.clear())
  await page.goto('about:blank')
  await page.goto(`${origin}/#token=mistyped`)
  await page.getByRole('heading', { name: 'This key isn’t valid' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Open the address that PhotoFerry printed' }).waitFor()
  await page.goto(app.url)
  await connected.waitFor()
})
