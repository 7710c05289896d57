"""Tiny real models with random weights, in the layouts of the models of the registry."""

from pathlib import Path

WORDS = "uji grows green tea in the hills of kyoto every spring and sells it . yes no".split()


def tiny_tokenizer(folder: Path) -> None:
    """Save a tokenizer of whole words, with the special tokens of DeBERTa."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import Whitespace
    from tokenizers.processors import TemplateProcessing
    from transformers import PreTrainedTokenizerFast

    vocabulary = {"[PAD]": 0, "[CLS]": 1, "[SEP]": 2, "[UNK]": 3, "[MASK]": 4}
    vocabulary |= {word: 5 + number for number, word in enumerate(dict.fromkeys(WORDS))}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = Lowercase()
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )  # fmt: skip
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]",
        unk_token="[UNK]", mask_token="[MASK]", eos_token="[SEP]", bos_token="[CLS]",
        model_max_length=512, model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(folder)  # fmt: skip


def tiny_reranker(folder: Path) -> Path:
    """Save a reranker of several modules, as the Ettin rerankers are: the last gives the score."""
    import torch
    from sentence_transformers import CrossEncoder
    from sentence_transformers.base.modules import Dense, Transformer
    from sentence_transformers.sentence_transformer.modules import LayerNorm, Pooling
    from transformers import BertConfig, BertModel

    torch.manual_seed(13)
    base = folder.with_name(f"{folder.name}-base")
    config = BertConfig(
        vocab_size=512, hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=64, initializer_range=0.5,
    )  # fmt: skip
    BertModel(config).save_pretrained(base)
    tiny_tokenizer(base)
    between = "sentence_embedding"
    CrossEncoder(
        modules=[
            Transformer(str(base)), Pooling(32, pooling_mode="cls"),
            Dense(32, 32, module_input_name=between, module_output_name=between), LayerNorm(32),
            Dense(
                32, 1, activation_function=torch.nn.Identity(), module_input_name=between,
                module_output_name="scores",
            ),
        ],
        device="cpu",
    ).save_pretrained(str(folder))  # fmt: skip
    return folder


def tiny_checker(
    folder: Path, labels: list[str], sure: int | None = None, kind: str = "deberta"
) -> Path:
    """Save a classifier with these labels; with `sure`, that output always wins."""
    import torch
    from transformers import (
        DebertaV2Config,
        DebertaV2ForSequenceClassification,
        T5Config,
        T5ForSequenceClassification,
    )

    torch.manual_seed(11)
    names = {
        "num_labels": len(labels),
        "id2label": dict(enumerate(labels)),
        "label2id": {label: number for number, label in enumerate(labels)},
    }
    if kind == "t5":
        config = T5Config(
            vocab_size=512, d_model=32, d_kv=16, d_ff=64, num_layers=1, num_decoder_layers=1,
            num_heads=2, pad_token_id=0, eos_token_id=2, decoder_start_token_id=0, **names,
        )  # fmt: skip
        model = T5ForSequenceClassification(config)
        last = model.classification_head.out_proj
    else:
        config = DebertaV2Config(
            vocab_size=2048, hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=64, relative_attention=True, position_buckets=16,
            pos_att_type=["p2c", "c2p"], position_biased_input=False, type_vocab_size=0,
            initializer_range=0.5, **names,
        )  # fmt: skip
        model = DebertaV2ForSequenceClassification(config)
        last = model.classifier
    if sure is not None:
        with torch.no_grad():
            last.weight.zero_()
            last.bias.zero_()
            last.bias[sure] = 9.0
    model.save_pretrained(folder)
    tiny_tokenizer(folder)
    return folder
