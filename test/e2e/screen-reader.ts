/** The window as somebody without a screen and without a mouse has it: keys go in, and what is read comes out of the accessible tree alone. */
import type { CDPSession, Page } from 'playwright-core'
import { expect } from 'vitest'

/** What is read of one element. */
interface Heard {
  readonly role: string
  readonly name: string
}

interface TreeNode {
  readonly nodeId: string
  readonly childIds?: readonly string[]
  readonly ignored: boolean
  readonly role?: { readonly value?: unknown }
  readonly name?: { readonly value?: unknown }
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value?: unknown } }[]
}

/** More than there are stops in the window, with a short list. */
const mostPresses = 60

export class ScreenReader {
  readonly #page: Page
  readonly #session: CDPSession

  private constructor(page: Page, session: CDPSession) {
    this.#page = page
    this.#session = session
  }

  static async of(page: Page): Promise<ScreenReader> {
    const session = await page.context().newCDPSession(page)
    await session.send('Accessibility.enable')
    return new ScreenReader(page, session)
  }

  async #nodes(): Promise<readonly TreeNode[]> {
    const { nodes } = await this.#session.send('Accessibility.getFullAXTree')
    return nodes.filter(({ ignored }) => !ignored)
  }

  /** What has the focus. */
  async current(): Promise<Heard> {
    const focused = (await this.#nodes()).filter(({ properties = [] }) =>
      properties.some(({ name, value }) => name === 'focused' && value.value === true),
    )
    const last = focused.at(-1)
    return { role: String(last?.role?.value ?? ''), name: String(last?.name?.value ?? '') }
  }

  async press(key: string): Promise<void> {
    await this.#page.keyboard.press(key)
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text)
  }

  /** Presses a key until an element of this role and name is read. @throws Error that names everything on the way */
  async find(role: string, name: string | RegExp, key = 'Tab'): Promise<void> {
    const passed: string[] = []
    for (let presses = 0; presses <= mostPresses; presses++) {
      const heard = await this.current()
      const isName = typeof name === 'string' ? heard.name === name : name.test(heard.name)
      if (heard.role === role && isName) return
      passed.push(`${heard.role} “${heard.name}”`)
      await this.press(key)
    }
    throw new Error(`${key} never leads to ${role} “${name}”, but to:\n${passed.join('\n')}`)
  }

  /** Finds a button, or what else it is, and presses Enter on it. */
  async activate(name: string | RegExp, role = 'button', key = 'Tab'): Promise<void> {
    await this.find(role, name, key)
    await this.press('Enter')
  }

  /** Waits until this is read. */
  async reads(text: string | RegExp): Promise<void> {
    await expect.poll(() => this.all(), { timeout: 30_000 }).toMatch(text)
  }

  /** Everything in the order in which it is read: texts, and of whole elements such as buttons and rows their names. */
  async all(): Promise<string> {
    const { nodes } = await this.#session.send('Accessibility.getFullAXTree')
    const byId = new Map<string, TreeNode>(nodes.map((node) => [node.nodeId, node]))
    const read = (node: TreeNode | undefined): string[] => {
      if (node === undefined) return []
      const role = String(node.role?.value)
      const name = String(node.name?.value ?? '')
      if (!node.ignored && wholes.has(role)) return [name]
      return (node.childIds ?? []).flatMap((id) => read(byId.get(id)))
    }
    return read(nodes[0]).join(' ').replace(/\s+/g, ' ')
  }
}

/** Roles that are read by their name, whatever they are made of. */
const wholes: ReadonlySet<string> = new Set([
  'StaticText',
  'button',
  'checkbox',
  'heading',
  'image',
  'link',
  'menuitem',
  'menuitemradio',
  'progressbar',
  'radio',
  'row',
  'switch',
  'tab',
  'textbox',
])
