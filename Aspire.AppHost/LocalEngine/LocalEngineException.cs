namespace EmptyNumber.AppHost.LocalEngine;

/// <summary>Something that the person at the terminal can put right; the message is all that he needs to read.</summary>
public sealed class LocalEngineException(string message, Exception? inner = null) : Exception(message, inner);
