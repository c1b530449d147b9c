/**
 * The form that inspects a token after each change.
 */
import { currentTime } from '../clock.js';
import { type Expected, inspectToken } from '../web.js';
import { assess } from './assessment.js';
import { byId } from './elements.js';
import { viewAssessment } from './inspection-view.js';
import { type MintRequest, checkSignature } from './server-api.js';

const form = byId('inspect-form', HTMLFormElement);
const token = byId('token', HTMLTextAreaElement);
const channel = byId('expected-channel', HTMLInputElement);
const user = byId('expected-user', HTMLInputElement);
const copyButton = byId('copy', HTMLButtonElement);
const result = byId('result', HTMLElement);
const status = byId('status', HTMLParagraphElement);

/** The content of the result area before a token is entered. */
const placeholder = [...result.childNodes];

/** How long to wait after the last keystroke before inspecting, in milliseconds. */
const DEBOUNCE_MS = 300;

let timer: number | undefined;

/** Counts inspections, so that an outdated one is not shown. */
let latest = 0;

/** Adds the event listeners of the form. */
export function startInspectForm(): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void inspect();
  });
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void inspect(), DEBOUNCE_MS);
  });
  copyButton.addEventListener('click', () => void copy());
}

/** Shows a minted token, and inspects it for the channel and user that it was minted for. */
export function showMinted(minted: string, { channelName, uid }: MintRequest): void {
  token.value = minted;
  channel.value = channelName;
  user.value = String(uid);
  void inspect('Token minted. ').then(() => {
    document.getElementById('verdict')?.scrollIntoView({ block: 'nearest' });
  });
}

async function inspect(news = ''): Promise<void> {
  clearTimeout(timer);
  const current = ++latest;
  const text = token.value;
  copyButton.disabled = text === '';
  status.textContent = '';
  if (text === '') {
    result.replaceChildren(...placeholder);
    return;
  }
  const expected = readExpected();
  const now = currentTime();
  const [local, check] = await Promise.all([inspectToken(text, { ...expected, now }), checkSignature(text)]);
  if (current !== latest) return;
  const assessment = assess(local, check);
  result.replaceChildren(...viewAssessment(assessment, now));
  status.textContent = `${news}${assessment.verdict.title}. ${assessment.verdict.summary}`;
}

function readExpected(): Expected {
  return {
    ...(channel.value === '' ? {} : { channelName: channel.value }),
    ...(user.value === '' ? {} : isUid(user.value) ? { uid: Number(user.value) } : { account: user.value }),
  };
}

/** Tells whether a string is an unsigned 32-bit integer in plain decimal. Any other string is a user account. */
function isUid(text: string): boolean {
  return String(Number(text) >>> 0) === text;
}

async function copy(): Promise<void> {
  try {
    await navigator.clipboard.writeText(token.value);
    status.textContent = 'Token copied.';
    copyButton.replaceChildren('Copied');
  } catch {
    token.select();
    status.textContent = 'The browser does not let this page copy. The token is selected: copy it yourself.';
    copyButton.replaceChildren('Selected');
  }
  setTimeout(() => {
    copyButton.replaceChildren('Copy token');
  }, 2000);
}
