//go:build !linux

/*
Copyright The Mezzanotte Authors.
SPDX-License-Identifier: Apache-2.0
*/

package main

import "syscall"

// attributes keep a terminal's Ctrl-C from a server, which is to end before its
// database does.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
