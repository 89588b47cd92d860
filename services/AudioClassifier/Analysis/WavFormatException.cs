namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>A recording can't be read. The message is a sentence for whoever sent it.</summary>
public sealed class WavFormatException(string message) : Exception(message);
