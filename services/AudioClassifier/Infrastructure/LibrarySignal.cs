using EmptyNumber.ServiceDefaults.Loops;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>Wakes this process's library after a change that was made here.</summary>
internal sealed class LibrarySignal : WakeSignal;
