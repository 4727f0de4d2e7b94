import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { dirname, join } from "@std/path";
import { readFolder } from "../../lib/data/folder_layout.ts";
import { masksOf } from "../../lib/data/image_pairs.ts";

/** A temporary folder of empty files; only names matter here. */
function folderOf(...files: string[]): { path: string } & Disposable {
  const path = Deno.makeTempDirSync();
  for (const file of files) {
    Deno.mkdirSync(dirname(join(path, file)), { recursive: true });
    Deno.writeTextFileSync(join(path, file), "");
  }
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

/** The pairs of a folder as "id: image + mask + mask", paths without the folder's. */
function pairsOf(path: string): string[] {
  const short = (file: string) => file.slice(path.length + 1);
  return readFolder(path).pairs.map((pair) => `${pair.id}: ${[pair.image, ...masksOf(pair)].map(short).join(" + ")}`);
}

const decomposed = "La\u0308sion", composed = "L\u00e4sion";

// [layout, files, pairs]
const layouts: [string, string[], string[]][] = [
  ["images/ and masks/", ["images/a.png", "masks/a.png"], ["a: images/a.png + masks/a.png"]],
  ["other formats and upper case", ["images/a.JPG", "masks/a.PNG"], ["a: images/a.JPG + masks/a.PNG"]],
  ["other names of folders", ["Image/a.bmp", "Ground Truth/a.bmp"], ["a: Image/a.bmp + Ground Truth/a.bmp"]],
  ["one suffix for all", ["images/a.jpg", "masks/a_segmentation.png"], ["a: images/a.jpg + masks/a_segmentation.png"]],
  ["several masks of one image", ["img/a.png", "labels/a_mask.png", "labels/a_mask_1.png"], [
    "a: img/a.png + labels/a_mask.png + labels/a_mask_1.png",
  ]],
  ["image and mask in their names", ["images/a_image.png", "masks/a_mask.png"], [
    "a_image: images/a_image.png + masks/a_mask.png",
  ]],
  ["nnU-Net's", ["imagesTr/a_0000.png", "labelsTr/a.png", "imagesTs/b_0000.png", "dataset.json"], [
    "a: imagesTr/a_0000.png + labelsTr/a.png",
  ]],
  ["volumes", ["imagesTr/a_0000.nii.gz", "labelsTr/a.nii.gz"], [
    "a: imagesTr/a_0000.nii.gz + labelsTr/a.nii.gz",
  ]],
  ["one folder with suffixes", ["b.png", "b_mask.png", "a.png", "a-mask.png"], [
    "a: a.png + a-mask.png",
    "b: b.png + b_mask.png",
  ]],
  ["classes with spaces and parentheses", [
    "benign/benign (1).png",
    "benign/benign (1)_mask.png",
    "benign/benign (1)_mask_1.png",
    "normal/normal (1).png",
    "normal/normal (1)_mask.png",
  ], [
    "benign/benign (1): benign/benign (1).png + benign/benign (1)_mask.png + benign/benign (1)_mask_1.png",
    "normal/normal (1): normal/normal (1).png + normal/normal (1)_mask.png",
  ]],
  ["a folder an image", ["1/images/1.png", "1/masks/x.png", "1/masks/y.png", "2/images/2.png", "2/masks/z.png"], [
    "1: 1/images/1.png + 1/masks/x.png + 1/masks/y.png",
    "2: 2/images/2.png + 2/masks/z.png",
  ]],
  ["a folder in the folder", ["data/images/a.png", "data/masks/a.png"], ["a: data/images/a.png + data/masks/a.png"]],
  ["folders below images/ and masks/", ["images/p1/a.png", "masks/p1/a.png"], [
    "p1/a: images/p1/a.png + masks/p1/a.png",
  ]],
  ["names composed and decomposed", [`images/${decomposed}.png`, `masks/${composed}.png`], [
    `${composed}: images/${decomposed}.png + masks/${composed}.png`,
  ]],
  ["junk", ["images/a.png", "images/._a.png", "images/Thumbs.db", ".DS_Store", "masks/a.png", "masks/desktop.ini"], [
    "a: images/a.png + masks/a.png",
  ]],
  ["an image whose own name ends like a mask's", ["images/a_mask.png", "masks/a_mask.png"], [
    "a_mask: images/a_mask.png + masks/a_mask.png",
  ]],
];
Deno.test("readFolder() pairs the files of every layout", () => {
  for (const [what, files, expected] of layouts) {
    using folder = folderOf(...files);
    assertEquals(pairsOf(folder.path), expected, what);
    assertEquals(readFolder(folder.path).findings, []);
  }
});

Deno.test("readFolder() takes folders train, val and test for the parts of the split", () => {
  using folder = folderOf(...["train", "val", "test"].flatMap((p) => [`${p}/images/a.png`, `${p}/masks/a.png`]));
  assertEquals(readFolder(folder.path).pairs.map(({ id, part }) => [id, part]), [
    ["test/a", "test"],
    ["train/a", "train"],
    ["val/a", "validation"],
  ]);
});

// [what, folder of images, folder of masks, their parts]
const split: [string, (place: string) => [string, string], Record<string, string>][] = [
  ["folders below images/ and masks/", (place) => [`images/${place}/a.png`, `masks/${place}/a.png`], {
    test: "test",
    train: "train",
    valid: "validation",
  }],
  ["folders of words joined", (place) => [`${place}/image/a.png`, `${place}/mask/a.png`], {
    "Validation-Images": "validation",
    TestDataset: "test",
    train_set: "train",
    "training data": "train",
  }],
  ["sets in the test folder", (place) => [`${place}/images/a.png`, `${place}/masks/a.png`], {
    "TestDataset/CVC-300": "test",
    "TestDataset/ETIS": "test",
    TrainDataset: "train",
  }],
];
Deno.test("readFolder() takes the parts of common layouts", () => {
  for (const [what, files, parts] of split) {
    using folder = folderOf(...Object.keys(parts).flatMap(files));
    const { pairs, findings } = readFolder(folder.path);
    assertEquals<unknown>(Object.fromEntries(pairs.map(({ id, part }) => [id.replace(/\/a$/, ""), part])), parts, what);
    assertEquals(findings, []);
  }
});

Deno.test("readFolder() takes no parts where an image would have none, and tells", () => {
  const pair = (place: string) => [`${place}/a.png`, `${place}/a_mask.png`];
  using folders = folderOf(...["train", "test", "extra"].flatMap(pair));
  using below = folderOf(...["train/a", "test/a", "b"].flatMap((id) => [`images/${id}.png`, `masks/${id}.png`]));
  for (const { path } of [folders, below]) {
    const { pairs, notes } = readFolder(path);
    assertEquals(pairs.map(({ part }) => part), [undefined, undefined, undefined]);
    assertStringIncludes(notes.join("\n"), 'The folders "test" and "train" are not taken as a split');
  }
  using classes = folderOf(...["benign", "normal"].flatMap(pair));
  assertEquals(readFolder(classes.path).notes.length, 2);
});

Deno.test("readFolder() takes nnU-Net's imagesTs and labelsTs for test, and tells where it can't", () => {
  const training = ["imagesTr/a_0000.png", "labelsTr/a.png"];
  const read = (...files: string[]) => {
    using folder = folderOf(...training, ...files);
    const { pairs, findings, notes } = readFolder(folder.path);
    return { parts: pairs.map(({ id, part }) => [id, part]), findings, notes: notes.slice(1).join("\n") };
  };
  assertEquals(read("imagesTs/a_0000.png", "labelsTs/a.png"), {
    parts: [["a", "train"], ["imagesTs/a", "test"]],
    findings: [],
    notes: "",
  });
  const without = read("imagesTs/b_0000.png"), single = read("imagesTs/b_0000.png", "labelsTs/c.png");
  for (const { parts, findings } of [without, single]) assertEquals([parts, findings], [[["a", undefined]], []]);
  assertStringIncludes(without.notes, '"imagesTs" is not used, as there is no "labelsTs" beside it');
  assertStringIncludes(single.notes, '"imagesTs" is not used, as image');
});

// [what, files, parts of the error]
const refused: [string, string[], string[]][] = [
  ["two folders of masks", ["images/a.png", "masks/a.png", "labels/a.png"], ["/masks", "/labels", "image,mask"]],
  ["a pair of folders beside pairs by suffix", ["images/a.png", "masks/a.png", "b.png", "b_mask.png"], [
    "/images",
    "told apart by their names",
  ]],
  ["images without masks", ["a.png", "b.png"], ["2 image files without a mask", "NAME_mask.png"]],
  ["files of other kinds", ["images/a.gif", "masks/a.gif"], ['the folders "images", "masks"', "no image file"]],
  ["nothing", [], ["no folder, no image file"]],
];
Deno.test("readFolder() refuses other folders, and says what it found", () => {
  for (const [what, files, parts] of refused) {
    using folder = folderOf(...files);
    const { message } = assertThrows(() => readFolder(folder.path), Error);
    for (const part of parts) assertStringIncludes(message, part, what);
  }
});

// [what, files, pairs]
const looser: [string, string[], string[]][] = [
  ["words before the number", ["images/image_1.png", "images/image_2.png", "masks/mask_1.png", "masks/mask_2.png"], [
    "image_1: images/image_1.png + masks/mask_1.png",
    "image_2: images/image_2.png + masks/mask_2.png",
  ]],
  ["words before the number in one folder", ["image001.png", "mask001.png"], ["image001: image001.png + mask001.png"]],
  ["a word before the mask's number alone", ["images/1.png", "masks/mask-1.png"], [
    "1: images/1.png + masks/mask-1.png",
  ]],
  ["upper case", ["images/IMG_1.JPG", "masks/img_1.png"], ["IMG_1: images/IMG_1.JPG + masks/img_1.png"]],
  ["upper case in one folder", ["A.png", "a_Mask.png"], ["A: A.png + a_Mask.png"]],
  ["upper case of a folder", ["images/Case/1.png", "masks/case/1.png"], [
    "Case/1: images/Case/1.png + masks/case/1.png",
  ]],
  ["two extensions", ["images/a.jpg", "masks/a.jpg.png"], ["a: images/a.jpg + masks/a.jpg.png"]],
  ["two extensions and a suffix", ["images/a.jpg", "masks/a.jpg_mask.png"], ["a: images/a.jpg + masks/a.jpg_mask.png"]],
  ["one pair as usual", ["images/a.jpg", "images/B.jpg", "masks/a.png", "masks/b.png"], [
    "a: images/a.jpg + masks/a.png",
    "B: images/B.jpg + masks/b.png",
  ]],
];
Deno.test("readFolder() pairs names that differ in a word before, in case or by a second extension, and tells", () => {
  for (const [what, files, expected] of looser) {
    using folder = folderOf(...files);
    assertEquals(pairsOf(folder.path), expected, what);
    const { findings, notes } = readFolder(folder.path);
    assertEquals(findings, [], what);
    assertStringIncludes(notes.join("\n"), "look whether they belong together", what);
  }
});

// [what, files, pairs, note]
const looserFolders: [string, string[], string[], string][] = [
  ["a word behind", ["images_C1/a.png", "masks_C1/a_mask.png"], ["a: images_C1/a.png + masks_C1/a_mask.png"], ""],
  ["several words behind", ["images_C1/a.png", "masks_C1/a.png", "images_C2/a.png", "Ground_Truth_C2/a.png"], [
    "C1/a: images_C1/a.png + masks_C1/a.png",
    "C2/a: images_C2/a.png + Ground_Truth_C2/a.png",
  ], ""],
  ["a word before, which is a part", ["train_images/a.png", "train_masks/a.png", "test-images/b.png"], [
    "train/a: train_images/a.png + train_masks/a.png",
  ], '/test-images" holds 1 image without masks: not used'],
  ["a folder of test images", ["train/images/a.png", "train/masks/a.png", "test/images/b.png"], [
    "train/a: train/images/a.png + train/masks/a.png",
  ], '/test" holds 1 image without masks: not used'],
  ["a folder of test images below images/", ["images/train/a.png", "masks/train/a.png", "images/test/b.png"], [
    "train/a: images/train/a.png + masks/train/a.png",
  ], '/images/test" holds 1 image without masks: not used'],
];
Deno.test("readFolder() pairs folders whose names have a word in common, and tells of test images without masks", () => {
  for (const [what, files, expected, note] of looserFolders) {
    using folder = folderOf(...files);
    assertEquals(pairsOf(folder.path), expected, what);
    const { findings, notes } = readFolder(folder.path);
    assertEquals(findings, [], what);
    assertStringIncludes(notes.join("\n"), note, what);
  }
});

// [what, files, parts of the findings]
const wrong: [string, string[], string[]][] = [
  ["an image without a mask", ["images/a.png", "images/b.png", "masks/a.png"], ['/images/b.png" has no mask']],
  ["a mask without an image", ["images/a.png", "masks/a.png", "masks/c.png"], ['/masks/c.png" has no image']],
  ["masks in a folder without one of images", ["images_C1/a.png", "masks_C1/a.png", "masks_C2/b.png"], [
    'masks_C2/b.png" has no folder of images',
  ]],
  ["two masks by name", ["images/a.png", "masks/a.png", "masks/a_gt.png"], ["/masks/a.png", "/masks/a_gt.png"]],
  ["a mask in two formats", ["images/a.png", "masks/a.png", "masks/a.jpg"], ["/masks/a.jpg", "have one name"]],
  ["a second channel", ["imagesTr/a_0000.png", "imagesTr/a_0001.png", "labelsTr/a.png"], ["second channel"]],
  [
    "two images that one mask fits",
    ["images/A.jpg", "images/a.JPG", "images/b.png", "masks/b.png", "masks/mask_a.png"],
    [
      '/images/A.jpg" has no mask',
      '/masks/mask_a.png" has no image',
    ],
  ],
  ["two masks that fit an image", ["images/A.jpg", "masks/a.png", "masks/mask_a.png"], ['/images/A.jpg" has no mask']],
  ["a mask that fits a paired image too", ["images/1.png", "images/image_1.png", "masks/1.png", "masks/mask_1.png"], [
    '/images/image_1.png" has no mask',
  ]],
  ["a training folder without masks", ["test/a.png", "test/a_mask.png", "train/b.png"], ['/train/b.png" has no mask']],
  ["a class of images_C2 without masks", ["images_C1/a.png", "masks_C1/a.png", "images_C2/b.png"], [
    '/images_C2/b.png" has no mask',
  ]],
  ["a class without masks", ["x/a.png", "x/a_mask.png", "y/b.png"], ['/y/b.png" has no mask']],
];
Deno.test("readFolder() tells every file that makes no pair", () => {
  for (const [what, files, parts] of wrong) {
    using folder = folderOf(...files);
    const text = readFolder(folder.path).findings.map(({ message }) => message).join("\n");
    for (const part of parts) assertStringIncludes(text, part, what);
  }
});

Deno.test("readFolder() ends where a link leads back to its own folder", () => {
  using folder = folderOf("images/a.png", "masks/a.png");
  for (const name of ["one", "two"]) Deno.symlinkSync(join(folder.path, "images"), join(folder.path, "images", name));
  assertEquals(readFolder(folder.path).pairs[0].id, "a");
});

Deno.test("readFolder() lists a folder so often, however many files are in it", () => {
  const listings = (count: number) => {
    using folder = folderOf(
      ...Array.from({ length: count }, (_, index) => [`${index}.png`, `${index}_mask.png`]).flat(),
    );
    const readDirSync = Deno.readDirSync;
    let listed = 0;
    Deno.readDirSync = (path) => {
      listed++;
      return readDirSync(path);
    };
    try {
      readFolder(folder.path);
    } finally {
      Deno.readDirSync = readDirSync;
    }
    return listed;
  };
  assertEquals(listings(40), listings(4));
});
