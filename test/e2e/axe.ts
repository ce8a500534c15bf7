/** Asks axe whether everybody can use what the page shows now, in the light theme and in the dark one. */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** WCAG 2.2 up to AA, and what axe calls best practice; without the rules that it calls experimental, as it runs by itself. */
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * One line for each finding: state, theme, rule, element. Themes must follow the system.
 * @param state named in the findings
 * @param part selector of what to look at, where that lies outside the page's landmarks by its nature, as a menu does
 */
export async function axeFindings(page: Page, state: string, part?: string): Promise<string[]> {
  const findings: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' })
    const isLoaded = await page.evaluate(() => 'axe' in window)
    if (!isLoaded) await page.evaluate(source)
    const results = await page.evaluate(
      async ({ runOnly, root }) => {
        // Half-faded colours are nobody's choice.
        for (const each of document.getAnimations()) {
          if (each.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY) each.finish()
        }
        const { axe } = window as unknown as {
          axe: { run(root: string, options: object): Promise<AxeResults> }
        }
        const rules = { 'label-content-name-mismatch': { enabled: false } }
        return axe.run(root, { runOnly, rules, resultTypes: ['violations'] })
      },
      { runOnly: { type: 'tag', values: tags }, root: part ?? 'html' },
    )
    for (const { id, nodes } of results.violations) {
      for (const { html, any } of nodes) {
        findings.push(`${state}, ${colorScheme}: ${id} ${any[0]?.message ?? ''} ${html.slice(0, 300)}`)
      }
    }
  }
  return findings
}
