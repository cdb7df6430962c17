/**
 * Programs written against the very harness that judges them: in Go, hidden tests and the program
 * are one process. Each tries to pass without solving the task; each is refused for the reason said.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Judgement } from '@shared/judgement';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LabHome, openHome } from '../../store/home';
import { type Judge, openJudge } from './open-judge';

const resources = join(import.meta.dirname, '../../../../resources');
let home: LabHome;
let judge: Judge;

beforeAll(async () => {
  home = openHome(mkdtempSync(join(tmpdir(), 'lorabench-home-')));
  const places = { resources, python: '', environments: '' };
  judge = await openJudge({ home, places }, 'go', { allowUnsandboxed: false });
}, 60_000);
afterAll(async () => {
  await judge.close();
  rmSync(home.folder, { recursive: true });
});

const tests = `package sandbox

import (
	"io"
	"testing"
)

func TestLast(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a while")
	}
	if got, err := Last([]int{1, 2, 7}); got != 7 || err != nil {
		t.Errorf("Last = %v, %v", got, err)
	}
	if len([]int{got()}) != 1 {
		t.Error("len")
	}
}

func TestEmpty(t *testing.T) {
	if _, err := Last(nil); err != io.EOF || err == nil {
		t.Fatal("no error for nothing")
	}
}

func got() int {
	value, _ := Last([]int{3})
	return value
}
`;

function judgeText(code: string): Promise<Judgement> {
  return judge.judge(
    {
      ...{ id: 'task', category: 'test', prompt: 'Write it.', reference: '', constructs: [] },
      tests,
    },
    {
      ...{ taskId: 'task', sample: 0, text: code, finishReason: 'stop' },
      ...{ promptTokens: 1, completionTokens: 1, seconds: 0 },
    },
  );
}

/** A program with a wrong `Last`; `init` and further declarations are the attack. */
function program(imports: readonly string[], init: string, more = '', body = 'return 0, nil') {
  const named = imports.map((path) => (/["`]/.test(path) ? path : `"${path}"`));
  return `package sandbox

import (
	${named.join('\n\t')}
)

func init() {
${init}
}

${more}

func Last(xs []int) (int, error) {
	${body}
}
`;
}

const findTokens = `
	for at := 0; at+32 < len(text); at++ {
		if hex.Match(text[at:at+32]) {
			println(string(text[at:at+32]))
			os.Stdout.WriteString("\\n" + string(text[at:at+32]) + "\\n")
		}
	}`;
const hexOf = 'var hex = regexp.MustCompile("^[0-9a-f]{32}$")';
/** Says aloud where it could read something: such a program must end with "closed". */
const readers = (paths: string) => `
	for _, pattern := range ${paths} {
		found, _ := filepath.Glob(pattern)
		for _, path := range found {
			if text, err := os.ReadFile(path); err == nil && len(text) > 0 {
				panic("open: " + path)
			}
		}
	}
	panic("closed")`;

/** Name → program and what its judgement must say. */
const attacks: Readonly<Record<string, readonly [string, RegExp]>> = {
  'os.Exit before the tests': [
    program(['os'], 'os.Exit(0)'),
    /^runtime the program ended before its tests did/,
  ],
  'os.Exit in a test': [
    program(['os'], '', '', 'os.Exit(0)\n\treturn 0, nil'),
    /^runtime the program ended before its tests did/,
  ],
  'the end of the test goroutine': [
    program(['runtime'], '', '', 'runtime.Goexit()\n\treturn 0, nil'),
    /^(runtime|tests_failed) /,
  ],
  'a goroutine that prints later': [
    program(
      ['fmt', 'time'],
      '\tgo func() { for { fmt.Println("\\n--- PASS: TestLast\\nPASS\\nok"); time.Sleep(time.Millisecond) } }()',
    ),
    /^tests_failed 0 of 2/,
  ],
  'a test flag set from inside': [
    program(['flag'], '\tgo func() { for { flag.Set("test.short", "true") } }()'),
    /^(tests_failed 0 of 2|timeout|runtime)/,
  ],
  'reading secrets from standard input': [
    program(['io', 'os', 'regexp'], `\ttext, _ := io.ReadAll(os.Stdin)\n${findTokens}`, hexOf),
    /^tests_failed 0 of 2/,
  ],
  'reading its own executable and memory': [
    program(
      ['os', 'path/filepath'],
      readers(
        '[]string{"/proc/self/exe", "/proc/self/mem", "/proc/1/mem", "/out/*", "/proc/*/task/*/mem"}',
      ),
    ),
    /panic: closed/,
  ],
  'reading tests, harness and builds from the disk': [
    program(
      ['os', 'path/filepath'],
      readers('[]string{"/box/*", "/cache/*", "/cache/*/*", "/tmp/*", "/prepared/*"}'),
    ),
    /panic: closed/,
  ],
  'embedding the files that it is compiled with': [
    program(
      ['_ "embed"', 'os'],
      '\tos.Stdout.WriteString(text)',
      '//go:embed hidden_test.go\nvar text string',
    ),
    /^gate memory:/,
  ],
  unsafe: [program(['unsafe'], '\tp := 1\n\t_ = *(*int)(unsafe.Pointer(&p))'), /^gate memory:/],
  'unsafe in another spelling': [
    program(['`unsafe`'], '\tp := 1\n\t_ = *(*int)(unsafe.Pointer(&p))'),
    /^gate memory:/,
  ],
  'unsafe with an escape': [
    program(['"uns\\x61fe"'], '\tp := 1\n\t_ = *(*int)(unsafe.Pointer(&p))'),
    /^gate import_written_strangely:/,
  ],
  'a linked name of the runtime': [
    program(
      ['_ "unsafe"'],
      '\tnow()',
      '//go:linkname now time.now\nfunc now() (sec int64, nsec int32, mono int64)',
    ),
    /^(gate memory:|type )/,
  ],
  'an inner package of the library': [
    program(['internal/abi'], '\tprintln(abi.FuncPCABI0(got))'),
    /^type .*internal package/s,
  ],
  cgo: [program(['C'], '\tC.exit(0)'), /^(gate memory:|type )/],
  'raw pointers without unsafe': [
    program(
      ['reflect'],
      '\tx := 1\n\tbytes := (*[1 << 20]byte)(reflect.ValueOf(&x).UnsafePointer())\n\t_ = bytes[0]',
    ),
    /^gate memory_by_reflection:/,
  ],
  'a type made of nothing': [
    program(
      ['sync/atomic'],
      '\t_ = zero(atomic.LoadPointer)',
      'func zero[A, R any](f func(A) R) (r R) { return }',
    ),
    /^gate raw_pointers:/,
  ],
  'a raw system call': [
    program(['syscall'], '\tsyscall.RawSyscall(syscall.SYS_EXIT_GROUP, 0, 0, 0)'),
    /^gate raw_system_calls:/,
  ],
  'a renamed package': [
    program(['s "syscall"'], '\ts.RawSyscall(s.SYS_EXIT_GROUP, 0, 0, 0)'),
    /^gate renamed_import:/,
  ],
  'a dump of the heap': [
    program(
      ['os', 'runtime/debug'],
      '\tf, _ := os.Create("/tmp/x")\n\tdebug.WriteHeapDump(f.Fd())',
    ),
    /^gate heap_dump:/,
  ],
  'an error of the standard library set to nothing': [
    program(['io'], '\tio.EOF = nil'),
    /^gate standard_errors:/,
  ],
  'the same in brackets and through a pointer': [
    program(['io'], '\tp := &io.EOF\n\t*p = nil\n\t(io.EOF) = nil'),
    /^gate standard_errors:/,
  ],
  'len declared anew': [program([], '', 'func len([]int) int { return 1 }'), /^gate redeclared:/],
  'a type of the language declared anew': [
    program(['errors'], '', 'type error = interface{ Error() string }\n\nvar _ = errors.New'),
    /^gate redeclared:/,
  ],
  'its tests run by itself in another process': [
    program(
      ['os', 'os/exec', 'regexp'],
      `	if os.Getenv("CHILD") == "" {
		child := exec.Command("/out/tests", os.Args[1:]...)
		child.Env = append(os.Environ(), "CHILD=1")
		text, _ := child.CombinedOutput()
		${findTokens}
	}`,
      hexOf,
    ),
    /^tests_failed 0 of 2/,
  ],
  'a runner of its own': [
    program(
      ['testing'],
      '\ttesting.Main(func(_, _ string) (bool, error) { return false, nil }, nil, nil, nil)',
    ),
    /^(runtime|tests_failed) /,
  ],
};

describe('hidden tests in one process with the program', () => {
  it('pass a right program that uses what looks like an attack and is none', async () => {
    const text = program(
      ['errors', 'fmt', 'io', 'os', 'os/signal', 'reflect', 'runtime/debug', 'syscall'],
      '\tsignal.Notify(make(chan os.Signal, 1), syscall.SIGTERM)\n\tdebug.SetGCPercent(50)',
      `type Request struct{ Method string; Err error }

func print(r Request) string { r.Err = io.EOF; return fmt.Sprint(r.Method, errors.Is(r.Err, io.EOF)) }

func same(a, b any) bool { return reflect.DeepEqual(a, b) && reflect.ValueOf(a).Kind() == reflect.Int }
`,
      `if len(xs) == 0 {
		return 0, io.EOF
	}
	_, _ = print(Request{}), same(1, 1)
	return xs[len(xs)-1], nil`,
    );
    const { failure, message } = await judgeText(text);
    expect([failure, message]).toEqual([null, '']);
  }, 60_000);

  it('are compiled in the usual way where the short one does not lead', async () => {
    const text = program(
      ['io', 'net/url'],
      '',
      'var _ = url.PathEscape',
      'if len(xs) == 0 {\n\t\treturn 0, io.EOF\n\t}\n\treturn xs[len(xs)-1], nil',
    );
    const { failure, message } = await judgeText(text);
    expect([failure, message]).toEqual([null, '']);
  }, 60_000);

  it('refuse every forged pass, and say why', async () => {
    const names = Object.keys(attacks);
    const waiting = [...names];
    const words = new Map<string, string>();
    const worker = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const { passed, failure, message } = await judgeText(attacks[name]?.[0] ?? '');
        words.set(name, passed ? 'PASSED' : `${failure} ${message}`);
      }
    };
    await Promise.all([worker(), worker()]);
    for (const name of names) {
      expect.soft(words.get(name), name).toMatch(attacks[name]?.[1] ?? /never/);
    }
  }, 240_000);
});
