/**
 * Made with Go's golang.org/x/mod/sumdb and transparency-dev/formats: a log of 300 entries ("entry 0" …), signed with the
 * key of 32 bytes 7, cosigned with the keys of 32 bytes 1 and 2, and proofs out of it.
 */
export const goLog = {
  vkey: 'example.com/log+702f3c70+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs',
  witnesses: [
    { name: 'witness.example/w1', keyId: '0ad7d35e', seed: new Uint8Array(32).fill(1) },
    { name: 'witness.example/w2', keyId: '92e6b37c', seed: new Uint8Array(32).fill(2) },
  ],
  size: 300,
  index: 123,
  cosignedAt: 1_795_406_459,
  proof: `c2sp.org/tlog-proof@v1
extra ZXh0cmE=
index 123
63Kdxy/1GN7zDj0KU1n46FN5lp2I7iNy+McLgTT0OVc=
2IRFIDpqC3pCXKC2EZUwuWYz8YaDURtQgL/x9x663nU=
WEGcl+DDSp+wHdXJJF8zDeY3xoLMP87A9YSRuOBCWPI=
BAYxVWNYOPuK8accVjw+70pJpaOHYKSTCxjFRK9uaQ8=
4rxCUyLc664oMdmpyc58xE6vT5DuOBh1kprfSEy3N7c=
x4dwZ8QXv4K1QSPq1mXWLusloym04g95M4t4KGsDExA=
XLzAg+gACv0VcwjMo+tUlHo5GHjMA3NrD8Rxvc2cTBw=
CwAYp5VoF7uxVS8pr5XTr7/7x3vezc1u1cmao1mHleA=
ruluENNmx7XMmcrclg/HTCS10kkNUlBQYS+Bm3Of5NU=

example.com/log
300
yjk9Apa+xeC43KuYO9H7fRRh9RLnJny4ljGtJv1m2Eg=

\u2014 example.com/log cC88cCc3/C8/L12S26nJhv+8gUGlQ+Nuq4v+OHy9SKCv19lr95HxZFKP8YvEsJPl2Yik0d0RqiWBiFZH4pNOvFvluAE=
\u2014 witness.example/w1 CtfTXgAAAABrA7p7NcjKqOPGfkxpwHvBBEa749FMdfqH3MvnMqzYDqTb65p6uJlVCofi515WUQgZV4XdLH/gY8SLkkuUJm5/+DGEDQ==
\u2014 witness.example/w2 kuazfAAAAABrA7p7nmaEiyHsiTaGg0FYRq0Srks2CZ4ZpLZ8baSxF9KFGA2VoqKma7/atrmrQFIUYp0dZA1xv4vtknKj9NN3//7BDg==
`,
  consistency: [
    {
      from: 64,
      proof: [
        'Ze8RuTpVMVeWmDPL1EnDybvtS4U5yk/7vMV3d6qURoU=',
        'CwAYp5VoF7uxVS8pr5XTr7/7x3vezc1u1cmao1mHleA=',
        'ruluENNmx7XMmcrclg/HTCS10kkNUlBQYS+Bm3Of5NU=',
      ],
    },
    {
      from: 200,
      proof: [
        'Qp//uPIVnDf9BWTYKXqPTBP5+s0qhtH4FIASDprhTMU=',
        'K+yqB73Za5bInIvE7B3PNgNgdFkOWcz+QhMIEawhKaI=',
        '26W+RSZP1HTFNQUsbZWJd++ICXxuB7VpNVa/sA1x/vM=',
        '2H63c2JpfBGC0K+UvpNQbd59+TTL9pnunaTDMX905Lk=',
        'dD+WxJIvsuuCGo+1vhhCF+RXtQgxR4/9uxCB3zx3zWU=',
        'Y9TldO9rV2Bvn1rrhx8jsQshQGvXUIJNxBcKNW6Adyk=',
        'ruluENNmx7XMmcrclg/HTCS10kkNUlBQYS+Bm3Of5NU=',
      ],
    },
    { from: 256, proof: ['ruluENNmx7XMmcrclg/HTCS10kkNUlBQYS+Bm3Of5NU='] },
    {
      from: 299,
      proof: [
        'byywqDTjf/wOYrKvvqIQOomvjgWyphZmY9wP3u3mvmc=',
        '2iVxGxC1d+MamrbvpMsq5liO6AUpUjNfE+lYeXxGOwU=',
        'WIt80rAhzfLWAMZKtYqEUqt9zDsiR8aAwmZp95TUWzc=',
        'DSBEUTY5hE0/elclREuBapll+q6i4hRmDohxDI6axb4=',
        'R6PPvsyXR0xVU54IJQIfiQiuEQthLz8fb5CIAjIj3dQ=',
        '2mWW2VNp9f7zIquOTg2jsLUCNqqcijsdJG90Ecni4y4=',
      ],
    },
  ],
};

/** The worked example of c2sp.org/signed-note, and the ones in the tests of golang.org/x/mod/sumdb/note. */
export const noteVectors = {
  exampleVkey: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
  exampleNote:
    'This is an example message.\n\n\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
  peterVkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  /** Algorithm byte, then the private key. */
  peterSecret: 'AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  enochVkey: 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  peterLine:
    '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
  enochLine:
    '\u2014 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n',
};
