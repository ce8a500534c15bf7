/** What the user is told about a failed command. */
import { afterEach, expect, it } from 'vitest'
import { failureText } from '../../../src/renderer/store/alert-store.ts'
import { NotConnectedError } from '../../../src/renderer/store/connection-store.ts'
import { i18n } from '../../../src/renderer/text/i18n.ts'

afterEach(async () => {
  await i18n.changeLanguage('en')
})

it('says that nothing was changed while PhotoFerry cannot be reached, in every language', async () => {
  expect(failureText(new NotConnectedError())).toMatch(
    /isn’t connected to PhotoFerry, so nothing was changed/,
  )
  await i18n.changeLanguage('zh-CN')
  expect(failureText(new NotConnectedError())).toMatch(/未做任何更改/)
})
