/** Child processes with timeouts, which do not outlive this process. */
import { spawn } from 'node:child_process';

const running = new Set();

process.on('exit', () => {
  for (const child of running) end(child);
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

/**
 * Starts a process as the leader of a group, so that it can be killed together with its children.
 *
 * @returns The process, and a promise of its exit code (null if killed) and its output.
 */
export function start(command, args, { cwd, env, input = '' }) {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: 'pipe' });
  running.add(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  child.stdin.on('error', () => {
    // A program that exits before it has read everything explains why in its output.
  });
  child.stdin.end(input);
  const ended = new Promise((resolve, reject) => {
    child.on('error', (error) => {
      running.delete(child);
      reject(error);
    });
    child.on('close', (code) => {
      end(child);
      resolve({ code, stdout, stderr });
    });
  });
  return { child, ended };
}

/** Runs a process and returns its standard output; rejects if it fails or takes longer than `seconds`. */
export async function run(command, args, { seconds = 60, ...options } = {}) {
  const { child, ended } = start(command, args, options);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    end(child);
  }, seconds * 1000);
  const { code, stdout, stderr } = await ended.finally(() => {
    clearTimeout(timer);
  });
  if (isLate) throw new Error(`timed out after ${seconds} s\n${stderr}`);
  if (code !== 0) throw new Error(`exit code ${code}\n${stderr}`);
  return stdout;
}

/** Kills a process and its group, if they still run. */
export function end(child) {
  running.delete(child);
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
