using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace EmptyNumber.Listings.Infrastructure;

/// <summary>Districts, and what is offered in them.</summary>
internal sealed class ListingsDb(DbContextOptions<ListingsDb> options) : ServiceDb(options)
{
    public DbSet<District> Districts => Set<District>();

    public DbSet<Agent> Agents => Set<Agent>();

    public DbSet<Estate> Estates => Set<Estate>();

    public DbSet<HouseType> HouseTypes => Set<HouseType>();

    public DbSet<House> Houses => Set<House>();

    public DbSet<HouseVersion> HouseVersions => Set<HouseVersion>();

    public DbSet<Tag> Tags => Set<Tag>();

    public DbSet<Photo> Photos => Set<Photo>();

    public DbSet<TelCheck> TelChecks => Set<TelCheck>();

    /// <summary>
    /// Reads a house and holds it until the transaction ends. Whoever changes a house and its tags holds it first, as a deletion does by itself: the order
    /// in which rows are written would have them wait for one another otherwise. What refers to it is not kept waiting.
    /// </summary>
    public Task<House?> HoldHouseAsync(int id, CancellationToken cancellationToken) =>
        Houses.FromSql($"select * from houses where id = {id} for no key update").SingleOrDefaultAsync(cancellationToken);

    /// <summary>The same of an agent, whose estates and telephone's check are changed with it.</summary>
    public Task<Agent?> HoldAgentAsync(int id, CancellationToken cancellationToken) =>
        Agents.FromSql($"select * from agents where id = {id} for no key update").SingleOrDefaultAsync(cancellationToken);

    /// <summary>The same of an estate, whose agents are changed with it.</summary>
    public Task<Estate?> HoldEstateAsync(int id, CancellationToken cancellationToken) =>
        Estates.FromSql($"select * from estates where id = {id} for no key update").SingleOrDefaultAsync(cancellationToken);

    /// <summary>
    /// Begins a transaction until whose end nobody removes an image: whoever stores one and then writes that a photo shows it needs it, as the image may
    /// have been there already, without a photo.
    /// </summary>
    public Task<IDbContextTransaction> KeepImagesAsync(CancellationToken cancellationToken) =>
        BeginAsync($"select pg_advisory_xact_lock_shared(hashtextextended('images', 0))", cancellationToken);

    /// <summary>Begins a transaction until whose end nobody writes that a photo shows an image: whoever removes images needs it.</summary>
    public Task<IDbContextTransaction> HoldImagesAsync(CancellationToken cancellationToken) =>
        BeginAsync($"select pg_advisory_xact_lock(hashtextextended('images', 0))", cancellationToken);

    /// <inheritdoc />
    protected override void Configure(ModelBuilder model) => model.ApplyConfigurationsFromAssembly(GetType().Assembly);

    private async Task<IDbContextTransaction> BeginAsync(FormattableString first, CancellationToken cancellationToken)
    {
        var transaction = await Database.BeginTransactionAsync(cancellationToken);
        await Database.ExecuteSqlAsync(first, cancellationToken);
        return transaction;
    }
}
