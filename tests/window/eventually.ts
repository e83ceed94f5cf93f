import type { Page } from '@playwright/test';

/** Waits until an expression in the page is true. The page's policy forbids Playwright's own way, which is code from text. */
export async function eventually(page: Page, expression: string): Promise<void> {
  const end = performance.now() + 45_000;
  while (!(await page.evaluate<boolean>(`Boolean(${expression})`))) {
    if (performance.now() > end) throw new Error(`Waited in vain for ${expression}`);
    await page.waitForTimeout(50);
  }
}
