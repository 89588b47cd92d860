using EmptyNumber.ServiceDefaults.Loops;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>Wakes this process's sorter of unknown recordings.</summary>
internal sealed class SortingSignal : WakeSignal;

/// <summary>Wakes this process's settler of labelled recordings.</summary>
internal sealed class SettlingSignal : WakeSignal;
