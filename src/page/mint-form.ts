/**
 * The form that mints a token.
 */
import { byId } from './elements.js';
import { type MintRequest, mint } from './server-api.js';

const form = byId('mint-form', HTMLFormElement);
const channel = byId('mint-channel', HTMLInputElement);
const uid = byId('mint-uid', HTMLInputElement);
const problem = byId('mint-refusal', HTMLParagraphElement);

type OnMinted = (token: string, request: MintRequest) => void;

/** Adds the event listeners of the form. Calls `onMinted` with each token. */
export function startMintForm(onMinted: OnMinted): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit(onMinted);
  });
  for (const input of [channel, uid]) {
    input.addEventListener('input', () => {
      clearProblem(input);
    });
  }
}

async function submit(onMinted: OnMinted): Promise<void> {
  problem.textContent = '';
  if (channel.value === '') {
    showProblem(channel, 'Name the channel.');
    return;
  }
  if (!/^\s*\d+\s*$/u.test(uid.value)) {
    showProblem(uid, 'The uid is a whole number.');
    return;
  }
  const role = Number(new FormData(form).get('role'));
  const request = { channelName: channel.value, uid: Number(uid.value), role };
  form.setAttribute('aria-busy', 'true');
  const result = await mint(request);
  form.removeAttribute('aria-busy');
  if ('token' in result) onMinted(result.token, request);
  else problem.textContent = result.problem;
}

function showProblem(input: HTMLInputElement, text: string): void {
  problem.textContent = text;
  input.setAttribute('aria-invalid', 'true');
  input.focus();
}

function clearProblem(input: HTMLInputElement): void {
  if (!input.hasAttribute('aria-invalid')) return;
  input.removeAttribute('aria-invalid');
  problem.textContent = '';
}
