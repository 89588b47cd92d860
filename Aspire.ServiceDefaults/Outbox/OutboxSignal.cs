using System.Data.Common;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Loops;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace EmptyNumber.ServiceDefaults.Outbox;

/// <summary>Wakes the relay of this process.</summary>
internal sealed class OutboxSignal : WakeSignal;

/// <summary>Wakes the relay when a transaction that added messages has committed.</summary>
internal sealed class OutboxInterceptor(OutboxSignal signal) : SaveChangesInterceptor, IDbTransactionInterceptor
{
    public override ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is ServiceDb { Database.CurrentTransaction: null } db)
            WakeFor(db);
        return new(result);
    }

    public Task TransactionCommittedAsync(DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is ServiceDb db)
            WakeFor(db);
        return Task.CompletedTask;
    }

    private void WakeFor(ServiceDb db)
    {
        if (!db.HasNews)
            return;
        db.HasNews = false;
        signal.Wake();
    }
}
