import { MantineProvider } from '@mantine/core'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import type { ConnectedBridge } from '../../../../src/renderer/bridge/connect-bridge.ts'
import { BridgeContext } from '../../../../src/renderer/bridge/use-bridge.ts'
import { FileCell } from '../../../../src/renderer/features/files/file-cell.tsx'
import { FileRow } from '../../../../src/renderer/features/files/file-row.tsx'
import { receiveFeed } from '../../../../src/renderer/store/queue-store.ts'
import { event, row } from '../../rows.ts'

receiveFeed(
  event({
    reset: true,
    items: [row(1, { acknowledgedBytes: 42, state: { status: 'uploading' } })],
  }),
)

/** Nothing is asked of it: a page that is only rendered once runs no effects. */
const bridge = { bridge: {} } as ConnectedBridge

/** The bar that a program for blind people finds, as markup. */
function barIn(element: ReturnType<typeof createElement>): string {
  const connected = createElement(BridgeContext.Provider, { value: bridge }, element)
  const markup = renderToStaticMarkup(createElement(MantineProvider, null, connected))
  expect(markup).toContain('IMG_1')
  return /<div[^>]*role="progressbar"[^>]*>/.exec(markup)?.[0] ?? 'no bar'
}

const place = { id: 'item-1', index: 0, current: false }

describe('one file of the list', () => {
  it.each([
    ['a cell of the grid', createElement(FileCell, { ...place, column: 0 })],
    [
      'a row',
      createElement(FileRow, {
        ...place,
        top: 0,
        isFocusInside: { current: false },
        isGrouped: false,
        level: null,
      }),
    ],
  ])('has a bar of its progress, by role and value: %s', (_, element) => {
    const bar = barIn(element)
    expect(bar).toContain('aria-valuenow="42"')
    expect(bar).toContain('IMG_1.jpg')
  })
})
