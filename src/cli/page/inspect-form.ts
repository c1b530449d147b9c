/**
 * The form that inspects a token, as soon as there is one, and again whenever something changes.
 */
import { type Expected, inspectToken } from '../../web.js';
import { byId } from './elements.js';
import { viewJudgement } from './inspection-view.js';
import { judge } from './judgement.js';
import { type Wanted, checkSignature } from './server-answers.js';

const form = byId('inspect-form', HTMLFormElement);
const token = byId('token', HTMLTextAreaElement);
const channel = byId('expected-channel', HTMLInputElement);
const user = byId('expected-user', HTMLInputElement);
const copyButton = byId('copy', HTMLButtonElement);
const result = byId('result', HTMLElement);
const status = byId('status', HTMLParagraphElement);

/** What stands in the place of a result until there is one. */
const nothingYet = [...result.childNodes];

/** How many milliseconds after the last key a token is inspected. */
const PAUSE = 300;

let timer: number | undefined;

/** Counts inspections, so that one that was overtaken by another shows nothing. */
let latest = 0;

/** Makes the form work. */
export function watchInspectForm(): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void inspect();
  });
  form.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => void inspect(), PAUSE);
  });
  copyButton.addEventListener('click', () => void copy());
}

/** Shows a token that was just minted, for whoever it was minted for. */
export function showMinted(minted: string, { channelName, uid }: Wanted): void {
  token.value = minted;
  channel.value = channelName;
  user.value = String(uid);
  void inspect('Token minted. ').then(() => {
    document.getElementById('verdict')?.scrollIntoView({ block: 'nearest' });
  });
}

async function inspect(news = ''): Promise<void> {
  clearTimeout(timer);
  const turn = ++latest;
  const text = token.value;
  copyButton.disabled = text === '';
  status.textContent = '';
  if (text === '') {
    result.replaceChildren(...nothingYet);
    return;
  }
  const expected = expectedAsFilledIn();
  const now = Math.floor(Date.now() / 1000);
  const [read, check] = await Promise.all([inspectToken(text, { ...expected, now }), checkSignature(text)]);
  if (turn !== latest) return;
  const judgement = judge(read, check);
  result.replaceChildren(...viewJudgement(judgement, now));
  status.textContent = `${news}${judgement.verdict.title}. ${judgement.verdict.summary}`;
}

function expectedAsFilledIn(): Expected {
  return {
    ...(channel.value === '' ? {} : { channelName: channel.value }),
    ...(user.value === '' ? {} : isUid(user.value) ? { uid: Number(user.value) } : { account: user.value }),
  };
}

/** Tells whether a text is a uid in decimal; any other is a user account. */
function isUid(text: string): boolean {
  return /^(?:0|[1-9]\d{0,9})$/u.test(text) && Number(text) < 2 ** 32;
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
