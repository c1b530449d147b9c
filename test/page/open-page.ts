/** The page in a tab of the browser, and what a person does there. */
import { setTimeout } from 'node:timers/promises';
import type { Browser, Fields, Tab } from './browser.js';

/** How the page is looked at. */
export interface Look {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
  readonly motion?: 'reduce' | 'no-preference';
}

/** An open page. */
export interface OpenPage extends Tab {
  /** Evaluates an expression in the page. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** Waits until an expression holds. */
  readonly until: (expression: string) => Promise<void>;
  /** Types a text into the field with an id, in the place of what is there. */
  readonly fill: (id: string, text: string) => Promise<void>;
  readonly press: (key: 'Tab' | 'Enter' | 'ArrowRight') => Promise<void>;
  readonly click: (selector: string) => Promise<void>;
  /** Returns the text that an element shows. */
  readonly textOf: (selector: string) => Promise<string>;
}

/** For how many milliseconds something is waited for. */
const PATIENCE = 15_000;

/** Opens the page at an address, and waits until it is loaded. */
export async function openPage(browser: Browser, url: string, look: Look = {}): Promise<OpenPage> {
  const { width = 1280, scheme = 'light', motion = 'no-preference' } = look;
  const tab = await browser.openTab();
  const { told, send } = tab;
  for (const domain of ['Page', 'Runtime', 'Log', 'Network', 'Accessibility']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', {
    width,
    height: 800,
    deviceScaleFactor: 1,
    mobile: false,
  });
  await send('Emulation.setFocusEmulationEnabled', { enabled: true });
  const features = [
    { name: 'prefers-color-scheme', value: scheme },
    { name: 'prefers-reduced-motion', value: motion },
  ];
  await send('Emulation.setEmulatedMedia', { features });

  async function evaluate(expression: string): Promise<unknown> {
    const options = { expression, returnByValue: true, awaitPromise: true, userGesture: true };
    const { result, exceptionDetails } = await send('Runtime.evaluate', options);
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`);
    return (result as Fields)['value'];
  }

  async function until(expression: string): Promise<void> {
    const end = performance.now() + PATIENCE;
    while ((await evaluate(expression)) !== true) {
      if (performance.now() > end) throw new Error(`not so after ${PATIENCE} ms: ${expression}`);
      await setTimeout(25);
    }
  }

  async function press(key: 'Tab' | 'Enter' | 'ArrowRight'): Promise<void> {
    const code = { Tab: 9, Enter: 13, ArrowRight: 39 }[key];
    const event = { key, code: key, windowsVirtualKeyCode: code, ...(key === 'Enter' ? { text: '\r' } : {}) };
    await send('Input.dispatchKeyEvent', { type: key === 'Enter' ? 'keyDown' : 'rawKeyDown', ...event });
    await send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
  }

  await send('Page.navigate', { url });
  await until(`document.readyState === 'complete' && location.href.startsWith(${JSON.stringify(url)})`);
  return {
    told,
    send,
    evaluate,
    until,
    press,
    fill: async (id, text) => {
      await evaluate(`document.getElementById(${JSON.stringify(id)}).select()`);
      await send('Input.insertText', { text });
    },
    click: async (selector) => {
      await evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
    },
    textOf: async (selector) => String(await evaluate(`document.querySelector(${JSON.stringify(selector)}).innerText`)),
  };
}
