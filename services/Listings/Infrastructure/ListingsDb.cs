using EmptyNumber.Listings.Model;
using EmptyNumber.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Listings.Infrastructure;

/// <summary>Districts, and what is offered in them.</summary>
internal sealed class ListingsDb(DbContextOptions<ListingsDb> options) : ServiceDb(options)
{
    public DbSet<District> Districts => Set<District>();

    public DbSet<Agent> Agents => Set<Agent>();

    public DbSet<Estate> Estates => Set<Estate>();

    /// <inheritdoc />
    protected override void Configure(ModelBuilder model) => model.ApplyConfigurationsFromAssembly(GetType().Assembly);
}
