// SPDX-License-Identifier: MIT

// Package qenex is QENEX from Go, on the standard library alone: [Ledger] is the device in the kernel, [API] the daemon's
// HTTP API.
package qenex

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

// Refused is the error of a call that has changed nothing.
type Refused struct {
	// Result says which rule was broken.
	Result Result
	// Errno is how the system reports it.
	Errno syscall.Errno
}

func (r Refused) Error() string { return fmt.Sprintf("%v: %s", r.Result, r.Result.Meaning()) }

// Ledger is the open device. It may be shared; calls of several goroutines run in parallel.
type Ledger struct{ file *os.File }

// Open opens the device, usually [DevicePath].
func Open(path string) (*Ledger, error) {
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	ledger := &Ledger{file}
	info, err := ledger.Info()
	if err == nil && info.AbiVersion>>16 != AbiVersion>>16 {
		err = fmt.Errorf("the module speaks version %#x of the ABI, this client %#x", info.AbiVersion, AbiVersion)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return ledger, nil
}

// Close closes the device.
func (l *Ledger) Close() error { return l.file.Close() }

// NewID makes an id for one change. Keep it with the change: sent again with it, the change is made once.
func NewID() Id {
	var bytes [16]byte
	rand.Read(bytes[:]) // never fails
	// The highest values are the kernel's.
	return Id{Low: binary.LittleEndian.Uint64(bytes[:]), High: binary.LittleEndian.Uint64(bytes[8:]) >> 1}
}

// Info says what the module is, and how full.
func (l *Ledger) Info() (info Info, err error) {
	err = call(l, IoctlInfo, &info, nil)
	return info, err
}

// OpenAccount opens an account. AccountNumber of the answer is its number.
func (l *Ledger) OpenAccount(request AccountRequest) (AccountRequest, error) {
	err := call(l, IoctlCreateAccount, &request, &request.Result)
	return request, err
}

// Transfer moves money once. Result of the answer is [ResultExists] if this id has done it before.
func (l *Ledger) Transfer(request TransferRequest) (TransferRequest, error) {
	err := call(l, IoctlTransfer, &request, &request.Result)
	return request, err
}

// Batch moves money up to [BatchMax] times. There is a result for each item; one that is refused is no error.
func (l *Ledger) Batch(items []Transfer) ([]TransferResult, error) {
	results := make([]TransferResult, len(items))
	var pinned runtime.Pinner
	defer pinned.Unpin()
	request := BatchRequest{Items: address(&pinned, items), Results: address(&pinned, results), Count: uint32(len(items))}
	err := call(l, IoctlBatch, &request, &request.Result)
	return results, err
}

// Accounts reads accounts at one instant. One that is unknown, or not yours to see, has a Result that is not [ResultOk].
func (l *Ledger) Accounts(numbers ...uint64) ([]Account, error) {
	accounts := make([]Account, len(numbers))
	var pinned runtime.Pinner
	defer pinned.Unpin()
	request := AccountsRequest{Numbers: address(&pinned, numbers), Accounts: address(&pinned, accounts), Count: uint32(len(numbers))}
	err := call(l, IoctlGetAccounts, &request, &request.Result)
	return accounts, err
}

// address is where the kernel finds the elements; they stay there until the pinner lets go.
func address[T any](pinned *runtime.Pinner, elements []T) uint64 {
	first := unsafe.SliceData(elements)
	if first != nil {
		pinned.Pin(first)
	}
	return uint64(uintptr(unsafe.Pointer(first)))
}

func call[T any](l *Ledger, number uintptr, request *T, result *uint32) error {
	for {
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, l.file.Fd(), number, uintptr(unsafe.Pointer(request)))
		runtime.KeepAlive(l)
		switch {
		case errno == 0:
			return nil
		case errno == syscall.EINTR:
			// Goroutines are interrupted by signals of the runtime; nothing was done.
			continue
		case result != nil && *result != 0:
			return Refused{Result(*result), errno}
		default:
			return errno
		}
	}
}
