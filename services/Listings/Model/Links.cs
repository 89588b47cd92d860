namespace EmptyNumber.Listings.Model;

/// <summary>Links of a thing to others.</summary>
internal static class Links
{
    /// <summary>The links to these, one each; those that were there before are the same rows.</summary>
    /// <param name="links">The links until now.</param>
    /// <param name="ids">Of what they lead to from now on.</param>
    /// <param name="idOf">What a link leads to.</param>
    /// <param name="create">A new link.</param>
    public static List<TLink> LeadingTo<TLink>(this List<TLink> links, IEnumerable<int> ids, Func<TLink, int> idOf, Func<int, TLink> create) =>
        [.. ids.Distinct().Select(id => links.Find(link => idOf(link) == id) ?? create(id))];
}
