/** Before each test file of the window: what is waited for may take its time on a busy machine. */
import { configure } from '@testing-library/react';

configure({ asyncUtilTimeout: 20_000 });
