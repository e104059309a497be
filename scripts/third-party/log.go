package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// tileFolder reads tiles at the paths of c2sp.org/tlog-tiles, which differ from those of package tlog by the height.
type tileFolder string

func (folder tileFolder) Height() int { return 8 }

func (folder tileFolder) SaveTiles([]tlog.Tile, [][]byte) {}

func (folder tileFolder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		bytes, err := os.ReadFile(folder.path(tile))
		if err != nil {
			return nil, err
		}
		if len(bytes) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", folder.path(tile), len(bytes))
		}
		data = append(data, bytes)
	}
	return data, nil
}

func (folder tileFolder) path(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), "tile/8/")
	if tile.L == -1 {
		path = "entries/" + strings.TrimPrefix(path, "data/")
	}
	return filepath.Join(string(folder), "tile", path)
}

// verifyLog recomputes the tree from the entries, proves every entry by the tiles, and reads every tile.
func verifyLog(trusted trust, root string, least int64) error {
	message, err := os.ReadFile(filepath.Join(root, "checkpoint"))
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(trusted, message)
	if err != nil {
		return err
	}
	if tree.N < least {
		return fmt.Errorf("the log has %d entries and once had %d", tree.N, least)
	}
	folder := tileFolder(root)
	reader := tlog.TileHashReader(tree, folder)
	stored := map[int64]tlog.Hash{}
	own := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hash, ok := stored[index]
			if !ok {
				return nil, fmt.Errorf("no hash %d", index)
			}
			hashes[i] = hash
		}
		return hashes, nil
	})
	for n := int64(0); n < tree.N; n += 256 {
		entries, err := readBundle(folder.path(tlog.Tile{H: 8, L: -1, N: n / 256, W: int(min(256, tree.N-n))}))
		if err != nil {
			return err
		}
		if int64(len(entries)) != min(256, tree.N-n) {
			return fmt.Errorf("the bundle at %d has %d entries", n, len(entries))
		}
		indexes := make([]int64, len(entries))
		for i, entry := range entries {
			hashes, err := tlog.StoredHashes(n+int64(i), entry, own)
			if err != nil {
				return err
			}
			for at, hash := range hashes {
				stored[tlog.StoredHashIndex(0, n+int64(i))+int64(at)] = hash
			}
			indexes[i] = tlog.StoredHashIndex(0, n+int64(i))
		}
		// The reader authenticates each tile against the checkpoint on the way.
		leaves, err := reader.ReadHashes(indexes)
		if err != nil {
			return err
		}
		for i, leaf := range leaves {
			if leaf != tlog.RecordHash(entries[i]) {
				return fmt.Errorf("entry %d is not the one that was signed", n+int64(i))
			}
		}
	}
	computed, err := tlog.TreeHash(tree.N, own)
	if err != nil {
		return err
	}
	if computed != tree.Hash {
		return errors.New("the entries do not lead to the root that was signed")
	}
	for _, tile := range tlog.NewTiles(8, 0, tree.N) {
		if _, err := folder.ReadTiles([]tlog.Tile{tile}); err != nil {
			return err
		}
		if tile.L > 0 {
			if err := checkTile(folder, tile, own); err != nil {
				return err
			}
		}
	}
	fmt.Printf("accepted: %d entries, root %s\n", tree.N, tree.Hash)
	return nil
}

// checkTile holds a tile of a higher level against the hashes that the entries give.
func checkTile(folder tileFolder, tile tlog.Tile, own tlog.HashReader) error {
	expected, err := tlog.ReadTileData(tile, own)
	if err != nil {
		return err
	}
	found, err := os.ReadFile(folder.path(tile))
	if err != nil {
		return err
	}
	if string(expected) != string(found) {
		return fmt.Errorf("%s is not what is below it", folder.path(tile))
	}
	return nil
}

func readBundle(path string) ([][]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("%s is cut short", path)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:end])
		data = data[end:]
	}
	return entries, nil
}
