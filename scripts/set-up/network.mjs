/** Whether a server answers at all, within a few seconds; a refusal (4xx) is no answer either. */
export async function answers(url, milliseconds = 4000) {
  try {
    const response = await fetch(url, {
      method: 'HEAD',
      signal: AbortSignal.timeout(milliseconds),
    });
    return response.ok;
  } catch {
    return false;
  }
}
