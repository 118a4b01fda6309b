package boltstore

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"os"
)

// The layout of a bbolt file (go.etcd.io/bbolt/internal/common: page.go, meta.go, bucket.go), in the
// byte order of the machine.
const (
	headerSize  = 16 // of a page: id 8, flags 2, count 2, overflow 4
	elementSize = 16 // branch: pos 4, ksize 4, pgid 8; leaf: flags 4, pos 4, ksize 4, vsize 4
	bucketSize  = 16 // root 8, sequence 8; root 0: the only page follows
	metaSize    = 64 // magic 4, version 4, page size 4, flags 4, root bucket 16, freelist 8, pages 8, txid 8, checksum 8

	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10
	bucketLeaf   = 0x01

	metaMagic   = 0xED0CDAED
	metaVersion = 2
)

func u16(b []byte) uint16 { return binary.NativeEndian.Uint16(b) }
func u32(b []byte) uint32 { return binary.NativeEndian.Uint32(b) }
func u64(b []byte) uint64 { return binary.NativeEndian.Uint64(b) }

// verifier walks over a bbolt file as bbolt will, but gives an error where bbolt would panic in
// a goroutine that nobody can recover, or read beyond the end of the file, which ends the process.
type verifier struct {
	file     io.ReaderAt
	pageSize int
	pages    uint64   // the number of pages in use, reachable or free
	seen     []bool   // by page
	buffers  [][]byte // by depth
}

// verify checks that every page that can be reached from the newest valid meta page is sound, and says how many bytes hold
// nothing.
func verify(path string) (free int64, err error) {
	return verifyWith(path, func(v *verifier, root, freelist uint64) (int64, error) {
		if err := v.tree(root, 0, nil, nil); err != nil {
			return 0, err
		}
		if freelist == math.MaxUint64 { // it is not kept
			return v.unused(), nil
		}
		return v.freelist(freelist)
	})
}

// verifyFree is verify for a file of which only the list of free pages is looked at.
func verifyFree(path string) (free int64, err error) {
	return verifyWith(path, func(v *verifier, _, freelist uint64) (int64, error) {
		if freelist == math.MaxUint64 {
			return 0, unusable("the list of its free pages is missing")
		}
		return v.freelist(freelist)
	})
}

func verifyWith(path string, look func(v *verifier, root, freelist uint64) (int64, error)) (free int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close() // only read
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	v := verifier{file: f}
	root, freelist, err := v.meta(info.Size())
	if err != nil {
		return 0, err
	}
	v.seen = make([]bool, v.pages)
	v.seen[0], v.seen[1] = true, true
	return look(&v, root, freelist)
}

// unused says how many bytes are in no page that was seen.
func (v *verifier) unused() (bytes int64) {
	for _, used := range v.seen {
		if !used {
			bytes += int64(v.pageSize)
		}
	}
	return bytes
}

// meta finds the meta page that bbolt will use.
func (v *verifier) meta(size int64) (root, freelist uint64, err error) {
	first := v.validMeta(0)
	var second []byte
	if first != nil {
		second = v.validMeta(int64(u32(first[8:])))
	}
	for pos := int64(1024); first == nil && second == nil && pos <= 1024<<14; pos <<= 1 { // as bbolt looks for it
		second = v.validMeta(pos)
	}
	m := first
	if m == nil || second != nil && u64(second[48:]) > u64(m[48:]) {
		m = second
	}
	if m == nil {
		return 0, 0, unusable("this is no database")
	}
	v.pageSize, v.pages = int(u32(m[8:])), u64(m[40:])
	if v.pageSize < 1024 || v.pages < 3 || v.pages > uint64(size)/uint64(v.pageSize) {
		return 0, 0, unusable("its end is missing")
	}
	return u64(m[16:]), u64(m[32:]), nil
}

// validMeta reads the meta page at pos, nil if there is none.
func (v *verifier) validMeta(pos int64) []byte {
	m := make([]byte, metaSize)
	if _, err := v.file.ReadAt(m, pos+headerSize); err != nil {
		return nil
	}
	sum := fnv.New64a()
	sum.Write(m[:metaSize-8])
	if u32(m) != metaMagic || u32(m[4:]) != metaVersion || u64(m[metaSize-8:]) != sum.Sum64() {
		return nil
	}
	return m
}

// load reads a page with its overflow pages. The buffer is good until the next load at this depth.
func (v *verifier) load(id uint64, depth int) ([]byte, error) {
	if id >= v.pages {
		return nil, broken(id)
	}
	if depth == len(v.buffers) {
		v.buffers = append(v.buffers, make([]byte, v.pageSize))
	}
	b := v.buffers[depth][:v.pageSize]
	if _, err := v.file.ReadAt(b, int64(id)*int64(v.pageSize)); err != nil {
		return nil, unusable(err.Error())
	}
	more := uint64(u32(b[12:]))
	if u64(b) != id || more >= v.pages-id {
		return nil, broken(id)
	}
	for i := id; i <= id+more; i++ {
		if v.seen[i] {
			return nil, broken(id)
		}
		v.seen[i] = true
	}
	if more > 0 {
		b = append(b, make([]byte, int(more)*v.pageSize)...)
		if _, err := v.file.ReadAt(b[v.pageSize:], int64(id+1)*int64(v.pageSize)); err != nil {
			return nil, unusable(err.Error())
		}
		v.buffers[depth] = b
	}
	return b, nil
}

// tree checks the page id and all below it. All keys are at least low and below high; nil: no bound.
func (v *verifier) tree(id uint64, depth int, low, high []byte) error {
	b, err := v.load(id, depth)
	if err != nil {
		return err
	}
	switch u16(b[8:]) {
	case branchPage:
		return v.branch(id, b, depth, low, high)
	case leafPage:
		return v.leaf(id, b, depth, low, high)
	}
	return broken(id)
}

func (v *verifier) branch(id uint64, b []byte, depth int, low, high []byte) error {
	count := int(u16(b[10:]))
	key := func(i int) []byte {
		at := headerSize + i*elementSize
		return part(b, at, 0, at, 4)
	}
	if count == 0 || headerSize+count*elementSize > len(b) {
		return broken(id)
	}
	for i := range count {
		first, end := key(i), high
		if i+1 < count {
			end = key(i + 1)
		}
		if !within(first, low, high) || end != nil && bytes.Compare(first, end) >= 0 {
			return broken(id)
		}
		child := u64(b[headerSize+i*elementSize+8:])
		if err := v.tree(child, depth+1, first, end); err != nil {
			return err
		}
	}
	return nil
}

func (v *verifier) leaf(id uint64, b []byte, depth int, low, high []byte) error {
	count := int(u16(b[10:]))
	if headerSize+count*elementSize > len(b) {
		return broken(id)
	}
	var last []byte
	for i := range count {
		at := headerSize + i*elementSize
		key := part(b, at, 4, at, 8)
		value := part(b, at, 4, at+int(u32(b[at+8:])), 12)
		if key == nil || value == nil || !within(key, low, high) || last != nil && bytes.Compare(last, key) >= 0 {
			return broken(id)
		}
		last = key
		if u32(b[at:])&bucketLeaf == 0 {
			continue
		}
		if err := v.bucket(id, value, depth); err != nil {
			return err
		}
	}
	return nil
}

// bucket checks a bucket that page id holds.
func (v *verifier) bucket(id uint64, b []byte, depth int) error {
	if len(b) < bucketSize {
		return broken(id)
	}
	if root := u64(b); root != 0 {
		return v.tree(root, depth+1, nil, nil)
	}
	if b = b[bucketSize:]; len(b) < headerSize || u16(b[8:]) != leafPage {
		return broken(id)
	}
	return v.leaf(id, b, depth, nil, nil)
}

// freelist checks that no free page is in use or free twice, and gives the bytes that they have. From 0xFFFF on the count is the first number of
// the list.
func (v *verifier) freelist(id uint64) (bytes int64, err error) {
	b, err := v.load(id, 0)
	if err != nil {
		return 0, err
	}
	count, ids := uint64(u16(b[10:])), b[headerSize:]
	if count == math.MaxUint16 {
		count, ids = u64(ids), ids[8:]
	}
	if u16(b[8:]) != freelistPage || count > uint64(len(ids)/8) {
		return 0, broken(id)
	}
	for ; count > 0; count, ids = count-1, ids[8:] {
		free := u64(ids)
		if free >= v.pages || v.seen[free] {
			return 0, broken(id)
		}
		v.seen[free] = true
		bytes += int64(v.pageSize)
	}
	return bytes, nil
}

// part cuts a key or value out of a page: it is at position from + the offset stored at
// element+pos, and as long as the number stored at element+size says. nil: it is not within the page.
func part(b []byte, element, pos, from, size int) []byte {
	start := from + int(u32(b[element+pos:]))
	length := int(u32(b[element+size:]))
	if start > len(b) || length > len(b)-start {
		return nil
	}
	return b[start : start+length]
}

func within(key, low, high []byte) bool {
	return key != nil && bytes.Compare(key, low) >= 0 && (high == nil || bytes.Compare(key, high) < 0)
}

func broken(page uint64) error { return unusable(fmt.Sprintf("page %d makes no sense", page)) }
