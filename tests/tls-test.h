/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* For tests with TLS. */

/* For localhost and 127.0.0.1, from 2020 to 2120, made for this test alone. */
static const char certificate_pem[] = "-----BEGIN CERTIFICATE-----\n"
                                      "MIIBaDCCAQ2gAwIBAgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv\n"
                                      "c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM\n"
                                      "CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJgQJP4wV/Pb/iCv\n"
                                      "1/8mOtVs2eh0wI6PsfSz1k9D+mo5VLVtypw3Pg93bZD4eWT9rQ8ZWUFQIda/QMJ1\n"
                                      "uGELCkujTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E\n"
                                      "BTADAQH/MB0GA1UdDgQWBBQJ3bS/o8mjA4vlTRBMouV+wnDW4TAKBggqhkjOPQQD\n"
                                      "AgNJADBGAiEAon4VW6ez0hLMPDQnEDbnqevBSxkY6wRtLF7s3X1kKVUCIQCEN9Cw\n"
                                      "bEA3PEbxyTuXaRl/aytoGQY3JWjEwnjZai0gWA==\n"
                                      "-----END CERTIFICATE-----\n";

static const char key_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                              "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQ/yjNgq0nHFsbArS\n"
                              "R2jpNIMfQcaIZlG7TbgaZYZMfIahRANCAASYECT+MFfz2/4gr9f/JjrVbNnodMCO\n"
                              "j7H0s9ZPQ/pqOVS1bcqcNz4Pd22Q+Hlk/a0PGVlBUCHWv0DCdbhhCwpL\n"
                              "-----END PRIVATE KEY-----\n";

#ifdef __SANITIZE_ADDRESS__
/* LeakSanitizer crashes at exit on the threads of GnuTLS, which GIO loads as a module. Without its look at thread-local
 * storage (LSAN_OPTIONS=use_tls=0) it works, and reports GLib's own thread-local data alone, as much for one connection
 * as for many. */
int __lsan_is_turned_off (void);
int
__lsan_is_turned_off (void)
{
  return 1;
}
#endif
